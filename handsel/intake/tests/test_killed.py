import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from handsel.clicks.models import Click
from handsel.clicks.queries import rollup_differences
from handsel.intake.models import InboxEvent
from handsel.intake.tests.spooling import clicks, event, write
from handsel.links.models import Link

COUNT = 150
POINTS = 17  # of the nursery


def raise_and_kill(
    folder: Path,
    environment: dict[str, str],
    attempts: int,
    *,
    variant: str = "one",
    moment: str = "statement",
) -> int:
    """How many of the intakes were really killed."""
    before = backends()
    nursery = [sys.executable, "-m", "handsel.intake.tests.nursery"]
    answer = subprocess.run(
        [*nursery, str(folder), variant, moment, str(attempts)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    # The server may still be ending what a killed intake had begun.
    deadline = time.monotonic() + 30
    while backends() - before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(answer.stdout)


def backends() -> set[int]:
    """Who is connected to this test's database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


@pytest.fixture
def folder(tmp_path: Path, bens_link: Link) -> Path:
    """150 clicks within two hours and 10 events, on disk."""
    events = [event("script", "prg_x", str(n)) for n in range(10)]
    near = clicks(bens_link, COUNT, apart=timedelta(seconds=48))
    write(tmp_path, [*near[:70], *events, *near[70:]])
    return tmp_path


def test_an_intake_that_is_killed_neither_loses_nor_doubles(
    outside: dict[str, str], folder: Path
) -> None:
    assert raise_and_kill(folder, outside, 12) == 12

    assert Click.objects.count() == COUNT
    assert InboxEvent.objects.count() == 10
    assert rollup_differences() == []


def test_control_a_position_that_is_committed_before_its_rows_loses(
    outside: dict[str, str], folder: Path
) -> None:
    raise_and_kill(folder, outside, 2 * POINTS, variant="before")

    assert Click.objects.count() < COUNT


def test_control_a_position_that_is_committed_after_its_rows_counts_twice(
    outside: dict[str, str], folder: Path
) -> None:
    raise_and_kill(folder, outside, 2 * POINTS, variant="after")

    assert Click.objects.count() == COUNT
    assert rollup_differences() != []


@pytest.mark.long
@pytest.mark.parametrize("moment", ["statement", "any"])
def test_two_hundred_kills(
    outside: dict[str, str], folder: Path, bens_link: Link, moment: str
) -> None:
    write(folder, clicks(bens_link, 20_000, apart=timedelta(seconds=1)))
    assert raise_and_kill(folder, outside, 200, moment=moment) == 200

    assert Click.objects.count() == COUNT + 20_000
    assert InboxEvent.objects.count() == 10
    assert rollup_differences() == []
