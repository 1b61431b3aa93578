import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from handsel.tracking.spool import SpoolError, SpoolWriter
from handsel.tracking.spool.reader import (
    START,
    Position,
    SegmentUnreadable,
    Spool,
    remove_shipped,
    spools,
)
from handsel.tracking.spool.segment import segment_path
from handsel.tracking.spool.writer import DEFAULT_LIMITS

pytestmark = pytest.mark.anyio

SMALL = replace(DEFAULT_LIMITS, segment_events_max=3, retry_s=0.0)


def started(folder: Path, limits: object = DEFAULT_LIMITS) -> SpoolWriter:
    writer = SpoolWriter(folder, limits)  # type: ignore[arg-type]
    writer.start()
    return writer


async def append(writer: SpoolWriter, *bodies: str) -> None:
    for body in bodies:
        await writer.append("click", 1000, body)


def bodies(spool: Spool, after: Position = START, limit: int = 100) -> list[str]:
    return [event.body for event in spool.read(after, limit)]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_event_can_be_read_at_the_moment_of_its_answer(tmp_path: Path) -> None:
    writer = started(tmp_path)
    await append(writer, "one")

    [spool] = spools(tmp_path)
    [event] = spool.read()
    assert (event.kind, event.at_ms, event.body) == ("click", 1000, "one")
    assert event.at == spool.last_position() == Position(1, 1)
    await writer.close()


async def test_those_who_wait_together_share_a_commit(tmp_path: Path) -> None:
    writer = started(tmp_path)
    await append(writer, "first")
    await asyncio.gather(*(writer.append("click", n, str(n)) for n in range(500)))

    assert writer.events_total == 501
    assert writer.groups_total < 20
    [spool] = spools(tmp_path)
    assert bodies(spool, limit=1000) == ["first", *map(str, range(500))]
    await writer.close()


async def test_those_who_come_during_a_commit_share_the_next(tmp_path: Path) -> None:
    writer = started(tmp_path, replace(DEFAULT_LIMITS, busy_timeout_s=20))
    await append(writer, "first")
    blocker = sqlite3.connect(segment_path(spools(tmp_path)[0].path, 1), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    first = writer.append("click", 1, "in hand")
    await until(lambda: writer._in_hand is not None)
    later = [writer.append("click", n, "later") for n in range(20)]
    blocker.execute("ROLLBACK")
    await asyncio.gather(first, *later)

    assert writer.groups_total == 3
    await writer.close()


async def test_what_is_no_json_stops_nobody_else(tmp_path: Path) -> None:
    writer = started(tmp_path)
    odd = writer.append("click", 1, {"ua": "\ud800"})
    await append(writer, "fine")

    with pytest.raises(SpoolError, match="malformed"):
        await odd
    await writer.close()


async def test_every_commit_is_synced(tmp_path: Path) -> None:
    writer = started(tmp_path)
    await append(writer, "one")

    assert writer._disk._segment is not None
    database = writer._disk._segment._database
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    await writer.close()


async def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, *"abcdefg")

    [spool] = spools(tmp_path)
    assert bodies(spool) == list("abcdefg")
    assert [event.at for event in spool.read()][-2:] == [Position(2, 6), Position(3, 7)]
    await writer.close()


async def test_an_old_segment_is_followed_by_another(tmp_path: Path) -> None:
    writer = started(tmp_path, replace(DEFAULT_LIMITS, segment_age_s_max=0))
    await append(writer, "a", "b")

    assert spools(tmp_path)[0].last_position() == Position(2, 2)
    await writer.close()


async def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, *"abcde")
    [spool] = spools(tmp_path)

    first = spool.read(limit=2)
    assert bodies(spool, first[-1].at, limit=2) == ["c", "d"]
    assert (spool.backlog(), spool.backlog(first[-1].at)) == (5, 3)
    await append(writer, "f")
    assert bodies(spool, Position(2, 5)) == ["f"]
    assert bodies(spool, spool.last_position()) == []
    await writer.close()


async def test_the_oldest_event_to_ship_is_the_earliest_not_the_first(tmp_path: Path) -> None:
    writer = started(tmp_path)
    for at_ms in (5000, 4000, 6000):
        await writer.append("click", at_ms, {})
    [spool] = spools(tmp_path)

    assert spool.oldest_unshipped_at_ms() == 4000
    assert spool.oldest_unshipped_at_ms(Position(1, 2)) == 6000
    assert spool.oldest_unshipped_at_ms(Position(1, 3)) is None
    await writer.close()


async def test_closing_writes_what_waits_and_refuses_what_comes(tmp_path: Path) -> None:
    writer = started(tmp_path)
    waiting = [writer.append("click", n, "x") for n in range(100)]
    await writer.close()

    assert all(done.result() is None for done in waiting)
    assert len(spools(tmp_path)[0].read()) == 100
    with pytest.raises(SpoolError, match="closed"):
        await writer.append("click", 1, "late")


async def test_a_spool_is_live_until_its_writer_is_gone(tmp_path: Path) -> None:
    writer = started(tmp_path)
    await append(writer, "a")
    [spool] = spools(tmp_path)

    assert spool.is_live()
    await writer.close()
    assert not spool.is_live()


async def test_one_intake_at_a_time_claims_a_spool(tmp_path: Path) -> None:
    writer = started(tmp_path)
    await append(writer, "a")
    await writer.close()
    [one], [other] = spools(tmp_path), spools(tmp_path)

    with one.claimed() as mine, other.claimed() as theirs:
        assert (mine, theirs) == (True, False)
    with other.claimed() as theirs:
        assert theirs


async def test_shipped_segments_stay_for_two_days(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, *"abcdefg")
    [spool] = spools(tmp_path)

    assert remove_shipped(spool, Position(3, 7)) == 0
    _age(spool.path, hours=49)
    assert remove_shipped(spool, Position(2, 6)) == 1
    assert bodies(spool) == list("defg")
    assert remove_shipped(spool, Position(3, 7)) == 1, "the segment in use stays"
    await append(writer, "h")
    assert bodies(spool) == ["g", "h"]
    await writer.close()


async def test_an_orphan_goes_once_it_is_shipped_to_its_end(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, *"abcdefg")
    await writer.close()
    [spool] = spools(tmp_path)
    _age(spool.path, hours=49)

    remove_shipped(spool, Position(2, 5))
    assert bodies(spool) == list("defg")
    _age(spool.path, hours=49)
    remove_shipped(spool, Position(3, 7))
    assert spools(tmp_path) == []


async def test_what_was_set_aside_outlives_its_spool(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, "a")
    await writer.close()
    [spool] = spools(tmp_path)
    (spool.path / "00000007.damaged").write_bytes(b"for whoever can save more of it")
    _age(spool.path, hours=49)

    assert remove_shipped(spool, Position(1, 1)) == 1
    assert (spool.path / "00000007.damaged").exists()


async def test_a_failed_segment_is_left_and_the_next_event_begins_another(tmp_path: Path) -> None:
    writer = started(tmp_path, SMALL)
    await append(writer, "a")
    assert writer._disk._segment is not None
    writer._disk._segment._database.execute("PRAGMA query_only = ON")

    with pytest.raises(SpoolError, match="read_only"):
        await append(writer, "lost")
    assert writer.failure is not None
    await append(writer, "b")
    assert writer.failure is None
    [spool] = spools(tmp_path)
    assert bodies(spool) == ["a", "b"]
    assert spool.last_position() == Position(2, 3), "what failed may surface at position 2"
    assert spool.backlog() == 2
    await writer.close()


async def test_a_folder_that_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file in the way")
    writer = started(tmp_path / "spool", SMALL)
    with pytest.raises(SpoolError, match="unavailable"):
        await append(writer, "lost")

    (tmp_path / "spool").unlink()
    await append(writer, "a")
    assert bodies(spools(tmp_path / "spool")[0]) == ["a"]
    await writer.close()


async def test_a_disk_that_stalls_frees_its_visitors(tmp_path: Path) -> None:
    writer = started(tmp_path, replace(SMALL, stall_s=0.05, busy_timeout_s=20))
    await append(writer, "a")
    blocker = sqlite3.connect(segment_path(spools(tmp_path)[0].path, 1), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(SpoolError, match="stalled"):
        await append(writer, "in hand")
    with pytest.raises(SpoolError, match="stalled"):
        await append(writer, "not even tried")
    blocker.execute("ROLLBACK")
    await until(lambda: writer.failure is None)
    await append(writer, "b")
    assert bodies(spools(tmp_path)[0]) == ["a", "in hand", "b"]
    await writer.close()


async def test_a_line_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    writer = started(tmp_path, replace(DEFAULT_LIMITS, waiting_max=2))
    waiting = [writer.append("click", 1, "x") for _ in range(5)]
    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [getattr(r, "reason", None) for r in results] == [None, None, *["overloaded"] * 3]
    await writer.close()


async def test_a_line_that_grows_too_heavy_is_refused(tmp_path: Path) -> None:
    """Some thousands of large events would be gigabytes of memory, long before they are many."""
    writer = started(tmp_path, replace(DEFAULT_LIMITS, waiting_bytes_max=3000))
    waiting = [writer.append("event", 1, "x" * 1000) for _ in range(4)]
    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [getattr(r, "reason", None) for r in results] == [None, None, *["overloaded"] * 2]
    await append(writer, "x" * 1000, "x" * 5000)
    assert writer._waiting_bytes == 0
    await writer.close()


async def test_heavy_events_are_divided_among_commits(tmp_path: Path) -> None:
    writer = started(tmp_path, replace(DEFAULT_LIMITS, group_bytes_max=3000))
    await append(writer, "first")
    await asyncio.gather(*(writer.append("event", n, "x" * 1000) for n in range(10)))

    assert writer.groups_total == 1 + 5
    await writer.close()


async def test_a_visitor_who_leaves_disturbs_nobody(tmp_path: Path) -> None:
    writer = started(tmp_path)
    leaving, staying = (writer.append("click", 1, "x") for _ in range(2))
    leaving.cancel()

    await staying
    await writer.close()


async def test_the_log_of_a_killed_writer_is_recovered(tmp_path: Path) -> None:
    writer = started(tmp_path / "spool")
    await append(writer, "a", "b")
    # What kill -9 leaves: the files as they are, and no lock.
    shutil.copytree(tmp_path / "spool", tmp_path / "copy")
    await writer.close()

    [spool] = spools(tmp_path / "copy")
    assert not spool.is_live()
    assert bodies(spool) == ["a", "b"]


async def test_a_segment_of_an_earlier_version_is_not_passed_over(tmp_path: Path) -> None:
    path = segment_path(tmp_path / "abcd", 1)
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)")

    with pytest.raises(SegmentUnreadable, match="earlier version"):
        Spool(path.parent).read()


async def test_a_segment_begun_at_the_moment_of_a_crash_is_empty(tmp_path: Path) -> None:
    (tmp_path / "0abc").mkdir()
    (tmp_path / "0abc" / "00000001.sqlite").touch()
    [spool] = spools(tmp_path)

    assert (spool.read(), spool.backlog(), spool.last_position()) == ([], 0, START)


async def test_no_reader_ever_meets_a_live_spool_without_its_lock(tmp_path: Path) -> None:
    """A reader that probes as fast as it can while spools begin."""
    seen = []

    async def begin() -> None:
        for _ in range(30):
            writer = started(tmp_path)
            await append(writer, "a")
            begun.append(writer)

    begun: list[SpoolWriter] = []
    beginning = asyncio.create_task(begin())
    while not beginning.done():
        seen += [spool.is_live() for spool in await asyncio.to_thread(spools, tmp_path)]
        await asyncio.sleep(0)
    for writer in begun:
        await writer.close()

    assert seen
    assert all(seen)


def _age(folder: Path, hours: float) -> None:
    for path in folder.glob("*.sqlite*"):
        moment = path.stat().st_mtime - hours * 3600
        os.utime(path, (moment, moment))


def test_probing_a_lock_does_not_keep_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert not spool.is_live()

    with (tmp_path / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert spool.is_live()
