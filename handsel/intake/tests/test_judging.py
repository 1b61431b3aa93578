from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handsel.clicks.datacentres import DataCentres
from handsel.clicks.models import Click, ClickDay, Impression
from handsel.clicks.queries import rollup_differences
from handsel.clicks.services import make_partitions, store_clicks
from handsel.intake import judging
from handsel.intake.arrivals import sort_out
from handsel.intake.judging import judge
from handsel.intake.places import Places
from handsel.intake.surroundings import UNKNOWN, Surroundings
from handsel.intake.tests.spooling import BROWSER, NOON, Record, click, ms, ship_everything, write
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.tracking.spool.reader import Event, Position

pytestmark = pytest.mark.django_db

WINDOW_S = 10
PREFETCH = {"purpose": "prefetch", "dest": "document", "mode": "navigate"}


@pytest.fixture(autouse=True)
def window(program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(repeat_window_s=WINDOW_S)


@pytest.fixture
def second_link(bens: Partnership) -> Link:
    first = bens.links.get()
    return Link.objects.create(
        brand_id=first.brand_id,
        partner_id=first.partner_id,
        program_id=first.program_id,
        partnership_id=bens.pk,
        slug="second",
        url=first.url,
    )


def at(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


def arrive(records: Sequence[Record], surroundings: Surroundings = UNKNOWN, first: int = 1) -> None:
    """As shipping does, with the first record at a position of its spool."""
    events = [Event(Position(1, n), *record) for n, record in enumerate(records, first)]
    arrivals = sort_out("spool", events, surroundings)
    make_partitions(arrivals.days())
    with transaction.atomic():
        judged = judge("spool", arrivals, Places())
        store_clicks(judged.clicks, judged.impressions)


def reasons() -> list[str | None]:
    return list(Click.objects.order_by("clicked_at").values_list("filtered_reason", flat=True))


def test_the_same_visitor_on_the_same_link_moments_later_is_a_repeat(
    bens_link: Link, second_link: Link
) -> None:
    arrive(
        [
            click(bens_link, at(0)),
            click(bens_link, at(1), visitor="somebody else"),
            click(second_link, at(2)),
            click(bens_link, at(9.999)),
            click(bens_link, at(10)),
        ]
    )

    assert reasons() == [None, None, None, "repeat", None]


def test_a_repeat_begins_no_window_of_its_own(bens_link: Link) -> None:
    """Else somebody who clicks on for an hour would be one click."""
    arrive([click(bens_link, at(n * 6)) for n in range(5)])

    assert reasons() == [None, "repeat", None, "repeat", None]


def test_a_prefetch_does_not_make_the_visit_a_repeat(bens_link: Link) -> None:
    arrive([click(bens_link, at(0), fetch=PREFETCH), click(bens_link, at(1))])

    assert reasons() == ["prefetch", None]


def test_visitors_that_nobody_can_tell_apart_repeat_nothing(bens_link: Link) -> None:
    arrive([click(bens_link, at(n), visitor="", ip="") for n in range(3)])

    assert reasons() == [None, None, None]


def test_a_window_of_nothing_knows_no_repeats(program: Program, bens_link: Link) -> None:
    Program.objects.filter(pk=program.pk).update(repeat_window_s=0)
    arrive([click(bens_link, at(0)), click(bens_link, at(0.001))])

    assert reasons() == [None, None]


def test_what_another_process_saw_later_and_shipped_first_is_near_too(bens_link: Link) -> None:
    arrive([click(bens_link, at(5))])
    arrive([click(bens_link, at(0))])

    assert reasons() == ["repeat", None]


@pytest.mark.parametrize(
    ("level", "counted", "attributing"),
    [("strict", 1, 2), ("moderate", 1, 3), ("relaxed", 3, 3)],
)
def test_the_program_says_what_a_suspicious_click_may_do(
    program: Program, bens_link: Link, level: str, counted: int, attributing: int
) -> None:
    """A repeat may earn credit at each, a server where the filter is not strict, a bot nowhere."""
    Program.objects.filter(pk=program.pk).update(click_filter=level)
    surroundings = Surroundings(lambda ip: "", lambda ip: ip == "203.0.113.0")
    server = click(bens_link, at(2), ip="203.0.113.0", visitor="server")
    bot = click(bens_link, at(3), ua="Googlebot/2.1", visitor="bot")
    arrive([click(bens_link, at(0)), click(bens_link, at(1)), server, bot], surroundings)

    assert Click.objects.filter(counts=True).count() == counted
    assert Click.objects.filter(may_attribute=True).count() == attributing
    assert ClickDay.objects.get().clicks == counted
    assert rollup_differences() == []


def test_a_verdict_outlives_the_level_it_was_made_at(program: Program, bens_link: Link) -> None:
    records = [click(bens_link, at(0)), click(bens_link, at(1))]
    arrive(records)
    Program.objects.filter(pk=program.pk).update(click_filter="relaxed", repeat_window_s=0)
    arrive(records)

    assert list(Click.objects.order_by("clicked_at").values_list("counts", flat=True)) == [
        True,
        False,
    ]
    assert rollup_differences() == []


def test_country_and_data_centre_are_found_by_the_cut_address(
    tmp_path: Path, bens_link: Link
) -> None:
    ranges = tmp_path / "ranges.txt"
    ranges.write_text("203.0.113.0/24\n")
    lies: Callable[[str], str] = {"198.51.100.0": "NO"}.get  # type: ignore[assignment]
    surroundings = Surroundings(lambda ip: lies(ip) or "", DataCentres(ranges).covers)
    arrive([click(bens_link, at(0)), click(bens_link, at(1), ip="203.0.113.0")], surroundings)

    rows = Click.objects.order_by("clicked_at").values_list("country", "filtered_reason")
    assert list(rows) == [("NO", None), ("", "data_centre")]


def test_a_row_says_what_browser_it_was_and_where_it_was_sent(bens_link: Link) -> None:
    arrive(
        [
            click(bens_link, at(0), dest={"rule": 2}, to="https://acme.example/no"),
            click(bens_link, at(20), dest={"variant": "b"}, by="script"),
        ]
    )

    first, second = Click.objects.order_by("clicked_at")
    assert (first.browser, first.system, first.device) == ("Firefox", "Linux", "computer")
    assert (first.destination_choice, first.came_by) == ("rule 2", "link")
    assert (second.destination_choice, second.came_by) == ("b", "script")


def test_a_click_without_what_was_empty_is_whole(bens_link: Link) -> None:
    _, at_ms, body = click(bens_link)
    for name in ("referrer", "lang", "subs", "fetch", "to", "program"):
        del body[name]
    arrive([("click", at_ms, body)])

    row = Click.objects.get()
    assert (row.referrer, row.language, row.subs, row.fetch_metadata) == ("", "", {}, {})
    assert rollup_differences() == []


def impression(link: Link, number: int, **changes: Any) -> Record:
    body = {
        "imp": f"{number:024x}",
        "link": link.number,
        "partnership": link.partnership_id,
        "at_ms": ms(NOON) + number,
        "ip": "198.51.100.0",
        "visitor": "9a8b",
        "ua": BROWSER,
        "referrer": "https://blog.example/",
        **changes,
    }
    return "impression", ms(NOON) + number, body


def test_impressions_are_counted_beside_the_clicks_of_the_day(
    tmp_path: Path, bens_link: Link
) -> None:
    bot = impression(bens_link, 7, ua="Mozilla/5.0 (compatible; Googlebot/2.1)")
    write(tmp_path, [impression(bens_link, 1), click(bens_link), bot, impression(bens_link, 2)])
    ship_everything(tmp_path)

    day = ClickDay.objects.get()
    assert (day.impressions, day.clicks, day.filtered) == (2, 1, 0)
    assert Impression.objects.get(counts=False).filtered_reason == "bot"
    assert rollup_differences() == []


def test_an_impression_that_comes_again_is_counted_once(bens_link: Link) -> None:
    arrive([impression(bens_link, 1)])
    arrive([impression(bens_link, 1), impression(bens_link, 2)])

    assert ClickDay.objects.get().impressions == Impression.objects.count() == 2


def test_a_recount_finds_impressions_that_are_not_there(bens_link: Link) -> None:
    arrive([impression(bens_link, 1)])
    ClickDay.objects.update(impressions=3)

    [difference] = rollup_differences()
    assert (difference.rollup, difference.rolled_up) == ("day, impressions", 3)


# A stream of clicks, as the seconds since the last one, whose visitor and what kind; and how it is
# cut into batches, some of which begin anew at what has been shipped.

Step = tuple[float, int, bool]
steps = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 4.0, 9.5, 10.0]), st.integers(0, 1), st.booleans()),
    min_size=2,
    max_size=14,
)
cuts = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), min_size=14, max_size=14)


def stream(link: Link, said: Sequence[Step]) -> list[Record]:
    records, seconds = [], 0.0
    for pause, visitor, is_prefetch in said:
        seconds += pause
        fetch = PREFETCH if is_prefetch else {}
        records.append(click(link, at(seconds), visitor=f"v{visitor}", fetch=fetch))
    return records


def expected(said: Sequence[Step]) -> dict[int, str | None]:
    """By the place in the stream, in a few lines and without a database."""
    found: dict[int, str | None] = {}
    last: dict[int, float] = {}
    seconds = 0.0
    for place, (pause, visitor, is_prefetch) in enumerate(said):
        seconds += pause
        if is_prefetch:
            found[place] = "prefetch"
        elif seconds - last.get(visitor, -WINDOW_S) < WINDOW_S:
            found[place] = "repeat"
        else:
            found[place] = None
            last[visitor] = seconds
    return found


def verdicts(link: Link, said: Sequence[Step], cut: Sequence[tuple[int, int]]) -> Any:
    """By the place in the stream, however it is cut; nothing of it stays."""
    records = stream(link, said)
    with transaction.atomic():
        shipped = 0
        for size, again in cut:
            first = max(0, shipped - again)
            arrive(records[first : shipped + size], first=first + 1)
            shipped += size
        stored = dict(Click.objects.values_list("click_id", "filtered_reason"))
        differences = rollup_differences()
        transaction.set_rollback(True)
    assert differences == []
    return {place: stored[body["id"]] for place, (_, _, body) in enumerate(records)}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, cuts)
@example([(0.0, 0, False), (4.0, 0, False), (4.0, 0, False)], [(1, 0)] * 14)
def test_wherever_a_stream_is_cut_the_verdicts_are_the_same(
    bens_link: Link, said: list[Step], cut: list[tuple[int, int]]
) -> None:
    assert verdicts(bens_link, said, cut) == expected(said)


def test_control_who_does_not_look_back_takes_a_repeat_for_a_visit(
    bens_link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging._Visits, "load", lambda *_, **__: None)
    said = [(0.0, 0, False), (4.0, 0, False)]

    assert verdicts(bens_link, said, [(1, 0)] * 14) != expected(said)
