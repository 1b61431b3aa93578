"""Two hosts that ship clicks of one partnership at once share its room for new values."""

import re
from collections.abc import Iterator, Sequence
from threading import Thread

import pytest
from django.db import connection, transaction

from handsel.clicks import services
from handsel.clicks.models import ClickSub, ClickSubTotal
from handsel.clicks.queries import rollup_differences
from handsel.clicks.rows import ClickRow
from handsel.clicks.services import make_partitions, store_clicks
from handsel.clicks.tests.test_store_clicks import MORNING
from handsel.clicks.tests.test_sums_by_sub import named
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

# Nothing that two hosts both count up but the total of the partnership's day.
_TOTAL = re.compile(r"\), total AS \(.*?(?=\), by_sub AS)", re.DOTALL)
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def hosts(
    bens: Partnership, bens_link: Link, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[list[ClickRow]]]:
    """What each of two hosts ships: three new values, where there is room for three in all."""
    monkeypatch.setattr(ClickSub, "NAMED_MAX", 3)
    make_partitions([MORNING.date()])
    _forget()
    other = create_link(bens, url="https://acme.example/hats", slug="hats", actor=ada)
    yield [
        [row._replace(country="NO") for row in named(bens_link, "abc")],
        [row._replace(country="SE") for row in named(other, "def", first=10)],
    ]
    _forget()


def _forget() -> None:
    """Django empties its own tables after a test, and this one is not."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE clicks_click")


def ship_both(hosts: Sequence[Sequence[ClickRow]]) -> None:
    """The second begins when the first has counted its clicks, and not yet said so."""
    second = Thread(target=_ship_and_leave, args=[hosts[1]])
    with transaction.atomic():
        store_clicks(hosts[0])
        second.start()
        while second.is_alive() and not _somebody_waits():
            second.join(0.01)
    second.join(30)
    assert not second.is_alive()


def _ship_and_leave(rows: Sequence[ClickRow]) -> None:
    try:
        store_clicks(rows)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])


def names() -> set[str]:
    return set(ClickSubTotal.objects.values_list("value", flat=True)) - {ClickSub.OTHERS}


@pytest.mark.django_db(transaction=True)
def test_two_hosts_at_once_share_the_room(hosts: list[list[ClickRow]]) -> None:
    ship_both(hosts)

    assert names() == {"a", "b", "c"}
    assert ClickSubTotal.objects.get(value=ClickSub.OTHERS).clicks == 3
    assert rollup_differences() == []


@pytest.mark.django_db(transaction=True)
def test_without_waiting_for_the_total_each_would_take_all_of_it(
    hosts: list[list[ClickRow]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_ARRIVE", _TOTAL.sub("", services._ARRIVE))
    ship_both(hosts)

    assert names() == set("abcdef")
