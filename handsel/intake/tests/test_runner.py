import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import connection
from django.utils.timezone import now
from prometheus_client import generate_latest

from handsel.clicks.models import Click, Watermark
from handsel.clicks.services import make_partitions, partition_days
from handsel.environment import environment
from handsel.intake import runner, shipping
from handsel.intake.runner import Intake
from handsel.intake.tests.spooling import NOON, click, clicks, write
from handsel.links.models import Link
from handsel.tracking.spool import SpoolWriter

GROUPS_MAX = 1_500


@pytest.mark.django_db
def test_the_watermark_is_the_present_when_nothing_waits(tmp_path: Path, bens_link: Link) -> None:
    write(tmp_path, clicks(bens_link, 3))
    before = now()
    Intake(tmp_path, host="here").ship_all(Event())

    mark = Watermark.objects.get()
    assert before <= mark.passed_at <= now()
    assert (mark.backlog, mark.shipped_total) == (0, 3)


@pytest.mark.django_db
def test_the_watermark_is_no_later_than_the_oldest_click_that_waits(
    tmp_path: Path, bens_link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, clicks(bens_link, 5))
    ship, stop = shipping.ship, Event()

    def ship_one_and_stop(spool: object, places: object, read: object) -> shipping.Shipped:
        stop.set()
        return ship(spool, places, 2, read)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "ship", ship_one_and_stop)
    Intake(tmp_path, host="here").ship_all(stop)

    mark = Watermark.objects.get()
    # Of the group in which it stands, to be exact.
    assert mark.passed_at == NOON
    assert (mark.backlog, mark.shipped_total) == (3, 2)


@pytest.mark.django_db
def test_a_spool_that_cannot_be_read_holds_the_watermark_back(
    tmp_path: Path, bens_link: Link
) -> None:
    intake = Intake(tmp_path, host="here")
    intake.ship_all(Event())
    held_at = Watermark.objects.get().passed_at
    spool = write(tmp_path, clicks(bens_link, 3))
    (tmp_path / spool / "00000001.sqlite").rename(tmp_path / spool / "kept")
    (tmp_path / spool / "00000001.sqlite").mkdir()

    intake.ship_all(Event())
    assert Watermark.objects.get().passed_at == held_at

    (tmp_path / spool / "00000001.sqlite").rmdir()
    (tmp_path / spool / "kept").rename(tmp_path / spool / "00000001.sqlite")
    intake.ship_all(Event())
    assert Watermark.objects.get().passed_at > held_at
    assert Click.objects.count() == 3


@pytest.mark.django_db
def test_there_is_room_for_the_days_to_come(tmp_path: Path) -> None:
    Intake(tmp_path, host="here").attempt(Event())

    ahead = {now().date() + timedelta(days=n) for n in range(8)}
    assert ahead <= set(partition_days())


@pytest.mark.django_db
def test_clicks_are_kept_as_long_as_the_operator_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = now().date()
    make_partitions(today - timedelta(days=n) for n in (29, 31))
    monkeypatch.setenv("HANDSEL_CLICK_DAYS_KEPT", "30")
    environment.cache_clear()

    Intake(tmp_path, host="here").attempt(Event())

    environment.cache_clear()
    assert min(partition_days()) == today - timedelta(days=29)


@pytest.mark.django_db
def test_prometheus_sees_how_far_intake_is(tmp_path: Path, bens_link: Link) -> None:
    write(tmp_path, clicks(bens_link, 3))
    Intake(tmp_path, host="here").ship_all(Event())

    figures = generate_latest().decode()
    assert 'handsel_intake_shipped_events_total{host="here"} 3.0' in figures
    assert 'handsel_intake_backlog_events{host="here"} 0.0' in figures
    assert "handsel_inbox_waiting_events 0.0" in figures


@pytest.mark.django_db
def test_prometheus_sees_what_was_refused_and_what_cannot_be_read(
    tmp_path: Path, bens_link: Link
) -> None:
    spool = write(
        tmp_path, [click(bens_link, link=987_654_321), *clicks(bens_link, 3)], segment_events_max=2
    )
    (tmp_path / spool / "00000002.sqlite").write_bytes(b"not a database" * 100)
    intake = Intake(tmp_path, host="here")
    for _ in range(3):
        intake.ship_all(Event())

    figures = generate_latest().decode()
    assert 'handsel_intake_unreadable_segments{host="here"} 1.0' in figures
    assert 'handsel_inbox_refused_events{reason="link-unknown"} 1.0' in figures


@pytest.mark.django_db(transaction=True)
def test_a_spool_that_never_ends_holds_up_no_watermark(
    tmp_path: Path, bens_link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for its end waits until these clicks stop coming."""
    monkeypatch.setattr(runner, "TURN_S", 0.1)
    enough, begun = Event(), Event()

    async def click_on() -> None:
        writer = SpoolWriter(tmp_path)
        writer.start()
        at = NOON
        for _ in range(GROUPS_MAX):
            if enough.is_set():
                break
            at += timedelta(milliseconds=1)
            await asyncio.gather(*(writer.append(*click(bens_link, at)) for _ in range(20)))
            begun.set()
        await writer.close()

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(asyncio.run, click_on())
        begun.wait(10)
        intake = Intake(tmp_path, host="here")
        intake.attempt(Event())
        marks = Watermark.objects.filter(host="here", shipped_total__gt=0)
        assert marks.exists()
        assert not coming.done()
        enough.set()
        intake.ship_all(Event())
        intake.close()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE clicks_click")
