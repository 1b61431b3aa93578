import json
import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from handsel.clicks.models import (
    Click,
    ClickDay,
    ClickHour,
    ClickPlace,
    ClickSub,
    ClickSubTotal,
    ClickTotal,
    SpoolPosition,
)
from handsel.clicks.queries import rollup_differences
from handsel.intake.models import InboxEvent
from handsel.intake.places import Places
from handsel.intake.reading import Batch, read_batch
from handsel.intake.runner import Intake
from handsel.intake.shipping import (
    NOTHING,
    Waiting,
    position_of,
    remove_old_segments,
    ship,
    waiting,
)
from handsel.intake.tests.spooling import (
    NOON,
    click,
    clicks,
    event,
    ms,
    ship_everything,
    write,
)
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.tracking.spool.reader import Position, Spool

pytestmark = pytest.mark.django_db


def test_a_spool_becomes_rows_that_the_rollups_equal(tmp_path: Path, bens_link: Link) -> None:
    write(tmp_path, clicks(bens_link, 250), segment_events_max=60)

    assert ship_everything(tmp_path, limit=40) == 250
    assert Click.objects.count() == 250
    assert sum(ClickDay.objects.values_list("clicks", flat=True)) == 250
    assert sum(ClickHour.objects.values_list("clicks", flat=True)) == 250
    assert rollup_differences() == []


def test_a_click_keeps_what_was_seen_of_it(tmp_path: Path, bens: Partnership) -> None:
    link = bens.links.get()
    write(tmp_path, [click(link, ip="", to="https://acme.example/hats")])
    ship_everything(tmp_path)

    row = Click.objects.get()
    assert (row.brand_id, row.partner_id) == (bens.brand_id, bens.partner_id)
    assert (row.clicked_at, row.ip, row.device) == (NOON, None, "computer")
    assert (row.subs, row.destination) == ({"s1": "banner"}, "https://acme.example/hats")


def test_an_older_database_catches_up_without_doubles(tmp_path: Path, bens_link: Link) -> None:
    spool = write(tmp_path, clicks(bens_link, 100))
    ship_everything(tmp_path)
    # As after a restore: the rows of the last 60 are gone, the position lies 30 before that.
    Click.objects.filter(clicked_at__gte=NOON + 40 * timedelta(minutes=7)).delete()
    recount_rollups(bens_link)
    SpoolPosition.objects.filter(pk=spool).update(position=10)

    assert ship_everything(tmp_path) == 90
    assert Click.objects.count() == 100
    assert rollup_differences() == []


def recount_rollups(link: Link) -> None:
    """Set the rollups of a link to what its rows add up to."""
    for day in ClickDay.objects.all():
        rows = Click.objects.filter(clicked_at__date=day.day)
        ClickDay.objects.filter(pk=day.pk).update(clicks=rows.count())
        ClickSub.objects.filter(day=day.day).update(clicks=rows.count())
        ClickSubTotal.objects.filter(day=day.day).update(clicks=rows.count())
        ClickTotal.objects.filter(day=day.day).update(clicks=rows.count())
        ClickPlace.objects.filter(day=day.day).update(clicks=rows.count())
    for hour in ClickHour.objects.all():
        rows = Click.objects.filter(
            clicked_at__gte=hour.hour, clicked_at__lt=hour.hour + timedelta(hours=1)
        )
        ClickHour.objects.filter(pk=hour.pk).update(clicks=rows.count())


def test_a_copied_segment_counts_nothing_twice(tmp_path: Path, bens_link: Link) -> None:
    spool = write(tmp_path, [*clicks(bens_link, 30), event("script", "prg_x", "{}")])
    shutil.copytree(tmp_path / spool, tmp_path / "copy")
    ship_everything(tmp_path)

    assert Click.objects.count() == 30
    assert rollup_differences() == []


def test_who_is_slower_leaves_the_position_alone(tmp_path: Path, bens_link: Link) -> None:
    spool = Spool(tmp_path / write(tmp_path, clicks(bens_link, 30)))

    def overtaken(spool: Spool, after: Position, limit: int) -> Batch:
        ship_everything(tmp_path)
        return read_batch(spool, after, limit)

    assert ship(spool, Places(), 10, overtaken) == NOTHING
    assert position_of(spool) == spool.last_position()


def test_an_event_waits_in_the_inbox_once(tmp_path: Path, program: Program) -> None:
    spool = write(tmp_path, [event("pixel", program.pk, "order_reference=1")])
    ship_everything(tmp_path)
    SpoolPosition.objects.filter(pk=spool).update(position=0)
    ship_everything(tmp_path)

    row = InboxEvent.objects.get()
    assert (row.status, row.source, row.trust) == ("waiting", "pixel", "browser")
    assert (row.received_at, row.body["raw"]) == (NOON, "order_reference=1")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ua": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "bot"),
        ({"fetch": {"purpose": "prefetch;prerender", "dest": "document"}}, "prefetch"),
        ({"fetch": {"mode": "no-cors", "dest": "image"}}, "hidden_load"),
        ({"fetch": {}}, None),
    ],
)
def test_a_filtered_click_is_kept_with_its_reason(
    tmp_path: Path, bens_link: Link, changes: dict[str, Any], reason: str | None
) -> None:
    write(tmp_path, [click(bens_link, **changes)])
    ship_everything(tmp_path)

    assert Click.objects.get().filtered_reason == reason
    day = ClickDay.objects.get()
    assert (day.clicks, day.filtered) == ((0, 1) if reason else (1, 0))


def test_what_nobody_can_use_is_listed_with_its_reason(tmp_path: Path, bens_link: Link) -> None:
    records = [
        click(bens_link, link=987_654_321),
        click(bens_link, at_ms="noon"),
        ("click", 0, "a click"),
        ("impression", 0, {}),
        event("fax", "prg_x", ""),
        ("visit", 0, {}),
        click(bens_link, at_ms=ms(NOON - timedelta(days=500))),
        click(bens_link, at_ms=ms(NOON + timedelta(days=5))),
        click(bens_link, ua=None),
        click(bens_link, fetch={"mode": 7}),
        click(bens_link),
    ]
    spool = write(tmp_path, records)
    ship_everything(tmp_path)

    reasons = dict(InboxEvent.objects.values_list("delivery", "reason"))
    assert [reasons[f"{spool}:{number}"] for number in range(1, 11)] == [
        "link-unknown", "malformed", "malformed", "malformed", "malformed", "kind-unknown",
        "too-old", "in-future", "malformed", "malformed",
    ]  # fmt: skip
    assert Click.objects.count() == 1


def test_a_number_given_a_second_time_is_another_link(tmp_path: Path, bens_link: Link) -> None:
    write(tmp_path, [click(bens_link, partnership="par_01m7w3n2p5exyv9yzdeftyh8k7")])
    ship_everything(tmp_path)

    assert InboxEvent.objects.get().reason == "link-unknown"
    assert not Click.objects.exists()


@pytest.mark.parametrize(
    "poison",
    [
        {"id": "x" * 33},
        {"ip": "nowhere"},
        {"referrer": "a\0b"},
    ],
)
def test_a_click_that_no_column_holds_stops_no_other(
    tmp_path: Path, bens_link: Link, poison: dict[str, Any]
) -> None:
    good = clicks(bens_link, 20)
    write(tmp_path, [*good[:13], click(bens_link, **poison), *good[13:]])
    ship_everything(tmp_path)

    assert Click.objects.count() == 20
    assert InboxEvent.objects.get().reason == "not-storable"


def test_nul_characters_do_not_stop_the_inbox(tmp_path: Path, program: Program) -> None:
    write(tmp_path, [event("postback", program.pk, "a\0b")])
    ship_everything(tmp_path)

    assert InboxEvent.objects.get().body["raw"] == "a\ufffdb"


def test_a_damaged_segment_is_set_aside(tmp_path: Path, bens_link: Link) -> None:
    spool = write(tmp_path, clicks(bens_link, 100), segment_events_max=40)
    first = tmp_path / spool / "00000001.sqlite"
    first.write_bytes(b"not a database" * 100)
    assert ship_everything(tmp_path) == 0

    assert ship_everything(tmp_path) == 60
    assert first.with_suffix(".damaged").exists()


@pytest.mark.parametrize(
    "broken", [b"[[", b"[]", b"7", b'[["click",1]]', b'[["click","x",{}]]', None, "text", b"\xff"]
)
@pytest.mark.parametrize("limit", [7, 5_000])
def test_a_damaged_group_is_set_aside_alone(
    tmp_path: Path, bens_link: Link, broken: object, limit: int
) -> None:
    """Groups of twenty: of a hundred clicks eighty arrive, those behind the damage among them."""
    path = tmp_path / write(tmp_path, clicks(bens_link, 100)) / "00000001.sqlite"
    replace_body(path, group=2, body=b"null" if broken is None else broken)

    ship_everything(tmp_path, limit=limit)

    assert Click.objects.count() == 80
    assert rollup_differences() == []
    [kept] = path.parent.glob("*.damaged")
    assert kept.name == "00000001-60.damaged"
    assert path.exists()
    Intake(tmp_path, host="here").ship_all(threading.Event())
    assert 'handsel_intake_unreadable_segments{host="here"} 1.0' in generate_latest().decode()


def test_a_damaged_group_at_the_end_is_passed(tmp_path: Path, bens_link: Link) -> None:
    spool = Spool(tmp_path / write(tmp_path, clicks(bens_link, 100)))
    replace_body(spool.path / "00000001.sqlite", group=4, body=b"[[")

    assert ship_everything(tmp_path) == 81
    assert ship_everything(tmp_path) == 0
    assert waiting(spool) == Waiting(0, None)


def replace_body(segment: Path, *, group: int, body: object) -> None:
    """As a disk that lost some bits."""
    with closing(sqlite3.connect(segment)) as database, database:
        (first,) = database.execute(
            "SELECT first FROM groups ORDER BY first LIMIT 1 OFFSET ?", (group,)
        ).fetchone()
        database.execute("UPDATE groups SET body = ? WHERE first = ?", (body, first))


def test_a_live_spool_s_last_segment_is_never_given_up(tmp_path: Path, bens_link: Link) -> None:
    spool = Spool(tmp_path / write(tmp_path, clicks(bens_link, 10)))
    (spool.path / "00000001.sqlite").write_bytes(b"not a database" * 100)
    held = os.open(spool.path / "lock", os.O_RDWR)
    try:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Exception, match="not a database"):
            ship_everything(tmp_path)
    finally:
        os.close(held)
    assert (spool.path / "00000001.sqlite").exists()


def test_what_waits_is_counted_and_its_oldest_known(tmp_path: Path, bens_link: Link) -> None:
    spool = Spool(tmp_path / write(tmp_path, clicks(bens_link, 3)))
    assert waiting(spool) == Waiting(3, NOON)

    ship_everything(tmp_path)
    assert waiting(spool) == Waiting(0, None)


def test_shipped_segments_go_after_two_days(tmp_path: Path, bens_link: Link) -> None:
    spool = Spool(tmp_path / write(tmp_path, clicks(bens_link, 3)))
    for file in spool.path.iterdir():
        os.utime(file, (time.time() - 49 * 3600,) * 2)
    assert remove_old_segments(spool) == 0

    ship_everything(tmp_path)
    for file in spool.path.iterdir():
        os.utime(file, (time.time() - 49 * 3600,) * 2)
    assert remove_old_segments(spool) == 1
    assert not spool.path.exists()


def test_a_uuid_for_an_id_is_understood(tmp_path: Path, bens_link: Link) -> None:
    """The links feed names ids as PostgreSQL does."""
    from handsel.ids import to_uuid

    write(tmp_path, [click(bens_link, partnership=str(to_uuid(bens_link.partnership_id)))])
    ship_everything(tmp_path)

    assert json.loads(json.dumps(Click.objects.get().subs)) == {"s1": "banner"}
