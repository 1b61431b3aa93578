"""Sums by sub-id: all five, bounded, and equal to a recount."""

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsel.clicks.models import Click, ClickSub
from handsel.clicks.queries import rollup_differences
from handsel.clicks.rows import FALSE, ClickRow
from handsel.clicks.services import store_clicks
from handsel.clicks.tests.test_store_clicks import MORNING, days, row
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

__all__ = ["days"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("days")]


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClickSub, "NAMED_MAX", 3)


def said(link: Link, number: int, **subs: str) -> ClickRow:
    return row(link, number)._replace(subs=json.dumps(subs))


def filtered(row: ClickRow) -> ClickRow:
    return row._replace(filtered_reason="bot", counts=FALSE)


def named(link: Link, values: Iterable[str], first: int = 0) -> list[ClickRow]:
    return [said(link, first + number, s1=value) for number, value in enumerate(values)]


def sums(sub: int = 1) -> dict[str, int]:
    rows = ClickSub.objects.filter(sub=sub).order_by("value", "link_id")
    return {row.value: row.clicks for row in rows}


def test_each_of_the_five_is_summed_up(bens_link: Link) -> None:
    five = {f"s{number}": f"word {number}" for number in range(1, 6)}
    store_clicks([said(bens_link, 1, **five), said(bens_link, 2, s2="word 2"), said(bens_link, 3)])
    store_clicks([filtered(said(bens_link, 4, s5="word 5"))])

    found = ClickSub.objects.order_by("sub").values_list("sub", "value", "clicks", "filtered")
    assert list(found) == [
        (1, "word 1", 1, 0),
        (2, "word 2", 2, 0),
        (3, "word 3", 1, 0),
        (4, "word 4", 1, 0),
        (5, "word 5", 1, 1),
    ]
    assert rollup_differences() == []


@pytest.mark.usefixtures("room_for_three")
def test_values_beyond_the_bound_are_summed_up_together(bens_link: Link) -> None:
    store_clicks(named(bens_link, ["a", "b"]))
    store_clicks(named(bens_link, ["c", "d", "e", "d", "a"], first=10))
    store_clicks(named(bens_link, ["c", "f", "d"], first=20))

    assert sums() == {"": 4, "a": 2, "b": 1, "d": 3}
    assert sum(sums().values()) == Click.objects.count()
    assert rollup_differences() == []


@pytest.mark.usefixtures("room_for_three")
def test_each_sub_id_and_each_day_has_room_of_its_own(bens_link: Link) -> None:
    store_clicks(named(bens_link, "abcd"))
    store_clicks([said(bens_link, 10, s2="x")])
    tomorrow = str(MORNING + timedelta(days=1))
    store_clicks([said(bens_link, 11, s1="d")._replace(clicked_at=tomorrow)])

    assert sums(sub=2) == {"x": 1}
    assert ClickSub.objects.get(sub=1, value="d").day == MORNING.date() + timedelta(days=1)
    assert rollup_differences() == []


@pytest.mark.usefixtures("room_for_three")
def test_the_links_of_a_partnership_share_its_room(
    bens: Partnership, bens_link: Link, ada: Member
) -> None:
    other = create_link(bens, url="https://acme.example/hats", slug="hats", actor=ada)
    store_clicks(named(bens_link, "abc"))
    store_clicks(named(other, "abcd", first=10))

    mine = ClickSub.objects.filter(link_id=other.pk).values_list("value", flat=True)
    assert sorted(mine) == ["", "a", "b", "c"]
    assert rollup_differences() == []


def test_the_bound_holds_for_a_flood(bens_link: Link) -> None:
    flood = named(bens_link, (f"random {number}" for number in range(1_500)))
    for first in range(0, len(flood), 300):
        store_clicks(flood[first : first + 300])

    assert ClickSub.objects.count() == ClickSub.NAMED_MAX + 1
    assert ClickSub.objects.get(value=ClickSub.OTHERS).clicks == 500
    assert rollup_differences() == []


@pytest.mark.parametrize(
    ("wrong", "rollup"),
    [
        ("UPDATE clicks_clicksub SET clicks = clicks + 1 WHERE value = ''", "sub"),
        ("UPDATE clicks_clicksub SET clicks = clicks + 1 WHERE value = 'a'", "sub"),
        ("UPDATE clicks_clicksub SET filtered = 1 WHERE value = 'a'", "sub, filtered"),
        ("UPDATE clicks_clicksub SET sub = 2 WHERE value = 'a'", "sub, named"),
        ("UPDATE clicks_clicksubtotal SET clicks = 7 WHERE value = 'a'", "sub total"),
        ("UPDATE clicks_clicksubtotal SET filtered = 1 WHERE value = ''", "sub total, filtered"),
        # Among the others though there was room: the sums of what is named are right.
        (
            "WITH gone AS (DELETE FROM clicks_clicksub WHERE value = 'a' RETURNING clicks)"
            " UPDATE clicks_clicksub SET clicks = clicks_clicksub.clicks + gone.clicks"
            " FROM gone WHERE value = ''",
            "sub, named",
        ),
    ],
)
@pytest.mark.usefixtures("room_for_three")
def test_a_recount_finds_a_sum_that_is_wrong(bens_link: Link, wrong: str, rollup: str) -> None:
    store_clicks(named(bens_link, "abcd"))
    assert rollup_differences() == []

    with connection.cursor() as cursor:
        cursor.execute(wrong)

    assert rollup in [difference.rollup for difference in rollup_differences()]


values = st.dictionaries(st.sampled_from(["s1", "s2", "s5"]), st.sampled_from("abcdefg"))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(values, st.booleans()), max_size=40), st.integers(1, 15))
@pytest.mark.usefixtures("room_for_three")
def test_rollups_equal_a_recount_wherever_the_stream_is_cut(
    bens_link: Link, clicks: list[tuple[dict[str, str], bool]], at_once: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clicks_click")
        for rollup in ("day", "total", "sub", "subtotal", "hour", "place"):
            cursor.execute(f"DELETE FROM clicks_click{rollup}")
    rows = [said(bens_link, n, **subs) for n, (subs, _bot) in enumerate(clicks)]
    rows = [filtered(row) if bot else row for row, (_subs, bot) in zip(rows, clicks, strict=True)]
    for first in range(0, len(rows), at_once):
        store_clicks(rows[first : first + at_once])
        store_clicks(rows[first : first + 2])

    assert rollup_differences() == []
    assert all(len(set(sums(sub)) - {""}) <= 3 for sub in (1, 2, 5))
