"""PostgreSQL goes away in the ways it does: shipping waits, catches up, and doubles nothing."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from handsel.clicks.models import Click, Watermark
from handsel.clicks.queries import rollup_differences
from handsel.config.postgres.cluster import connect_as_superuser
from handsel.config.postgres.testing import running_test_server
from handsel.intake.tests.proxy import Door
from handsel.intake.tests.spooling import NOON, click, clicks, write
from handsel.links.models import Link

RUN = """
import django; django.setup()
import signal, sys, threading
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
from handsel.intake import runner
runner.PATIENCE_S = float(sys.argv[1])
runner.main(stop)
"""


@contextmanager
def running(
    data: Path, environment: dict[str, str], *, patience_s: float = 60, **changes: str
) -> Iterator[None]:
    """The intake process of a data folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(patience_s)],
        env={**environment, "HANDSEL_DATA": str(data), **changes},
        stderr=(data / "intake.log").open("ab"),
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0, (data / "intake.log").read_text()


def eventually(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"It did not come about within {seconds} seconds.")
        time.sleep(0.05)


def test_a_database_that_goes_and_returns_is_waited_for(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    door = Door(outside["HANDSEL_DATABASE_URL"])
    spool_dir = tmp_path / "spool"
    near = clicks(bens_link, 60, apart=timedelta(seconds=1))
    with running(tmp_path, outside, HANDSEL_DATABASE_URL=door.url):
        write(spool_dir, near[:20])
        eventually(lambda: Click.objects.count() == 20)
        door.shut()
        write(spool_dir, near[20:40])
        eventually(lambda: "shipping waits" in (tmp_path / "intake.log").read_text())
        assert Click.objects.count() == 20
        door.open()
        write(spool_dir, near[40:])
        eventually(lambda: Click.objects.count() == 60)

    log = (tmp_path / "intake.log").read_text()
    assert log.count("shipping waits") == log.count("shipping goes on") == 1
    assert rollup_differences() == []


def test_an_intake_that_begins_without_a_database_waits_for_it(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    door = Door(outside["HANDSEL_DATABASE_URL"])
    door.shut()
    write(tmp_path / "spool", clicks(bens_link, 5, apart=timedelta(seconds=1)))
    with running(tmp_path, outside, HANDSEL_DATABASE_URL=door.url):
        eventually(lambda: "shipping waits" in (tmp_path / "intake.log").read_text())
        door.open()
        eventually(lambda: Click.objects.count() == 5)


@contextmanager
def half_way(
    tmp_path: Path, outside: dict[str, str], link: Link, *, patience_s: float = 60
) -> Iterator[Door]:
    """An intake that has shipped 20 of 40 clicks; the other 20 come with the block, which may do
    something to the door first. In the end all of them are there, once."""
    door = Door(outside["HANDSEL_DATABASE_URL"])
    near = clicks(link, 40, apart=timedelta(seconds=15))
    with running(tmp_path, outside, patience_s=patience_s, HANDSEL_DATABASE_URL=door.url):
        write(tmp_path / "spool", near[:20])
        eventually(lambda: Click.objects.count() == 20)
        yield door
        write(tmp_path / "spool", near[20:])
        eventually(lambda: Click.objects.count() == 40)
        eventually(lambda: Watermark.objects.filter(backlog=0).exists())
    assert rollup_differences() == []
    assert Click.objects.count() == 40


def waits(tmp_path: Path) -> bool:
    return "shipping waits" in (tmp_path / "intake.log").read_text()


def test_a_database_that_is_slow_is_waited_for(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    with half_way(tmp_path, outside, bens_link) as door:
        door.delay_s = 0.05

    assert not waits(tmp_path)


@pytest.mark.long
def test_a_database_that_takes_two_seconds_for_an_answer_is_waited_for(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    with half_way(tmp_path, outside, bens_link) as door:
        door.delay_s = 2

    assert not waits(tmp_path)


def test_a_server_that_takes_everything_and_answers_nothing_is_left(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    with half_way(tmp_path, outside, bens_link, patience_s=1) as door:
        door.be_silent()
        eventually(lambda: waits(tmp_path))
        door.shut()
        door.speak()
        door.open()

    assert "the database does not answer" in (tmp_path / "intake.log").read_text()


def test_control_who_has_all_the_patience_in_the_world_waits_on(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    with half_way(tmp_path, outside, bens_link, patience_s=60) as door:
        door.be_silent()
        with pytest.raises(AssertionError, match="within 3 seconds"):
            eventually(lambda: waits(tmp_path), seconds=3)
        door.speak()


def test_a_database_that_may_only_be_read_is_waited_for(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    """As after a fail-over to a copy."""
    log = tmp_path / "intake.log"
    with half_way(tmp_path, outside, bens_link) as door:
        door.shut()
        with only_reading():
            door.open()
            eventually(lambda: "read-only" in log.read_text())
            door.shut()
        door.open()

    assert log.read_text().count("shipping goes on") == 1


@contextmanager
def only_reading() -> Iterator[None]:
    """Whoever connects meanwhile may change nothing."""
    change = f'ALTER DATABASE "{connection.settings_dict["NAME"]}"'
    with connect_as_superuser(running_test_server()) as superuser:
        superuser.execute(f"{change} SET default_transaction_read_only = on")
        try:
            yield
        finally:
            superuser.execute(f"{change} RESET default_transaction_read_only")


@pytest.mark.long
def test_a_minute_without_a_database_is_made_up_for(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    """Under 500 clicks a second, which go on meanwhile."""
    door = Door(outside["HANDSEL_DATABASE_URL"])
    with running(tmp_path, outside, HANDSEL_DATABASE_URL=door.url):
        door.shut()
        for second in range(60):
            began = time.monotonic()
            first = NOON + timedelta(seconds=second)
            near = (click(bens_link, first + n * timedelta(milliseconds=2)) for n in range(500))
            write(tmp_path / "spool", near)
            time.sleep(max(0.0, 1 - (time.monotonic() - began)))
        assert Click.objects.count() == 0
        door.open()
        eventually(lambda: Click.objects.count() == 30_000, seconds=120)
        eventually(lambda: Watermark.objects.filter(backlog=0).exists())
    assert rollup_differences() == []
