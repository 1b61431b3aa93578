"""Group commit: many requests wait, one thread writes, one sync makes all of them safe.

While a group is on its way to the disk, the next one gathers in the event loop; when the thread
comes back it takes all of it. So groups grow with the load, and a click that comes alone waits
for nothing but its own sync.
"""

import asyncio
import fcntl
import os
import secrets
import sqlite3
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any

import orjson
import structlog

from handsel.tracking.spool.failures import SpoolError, spool_error
from handsel.tracking.spool.segment import Connect, Segment, connect, segment_path

log = structlog.get_logger("handsel.tracking.spool")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a segment is full, and how long a visitor waits for a disk."""

    segment_events_max: int = 100_000
    segment_age_s_max: float = 3600
    group_size_max: int = 2000
    # A click has some 600 bytes, a shop's event at most 64 KB: of those a group is soon full.
    group_bytes_max: int = 4 * 1024 * 1024
    # The least time between the beginnings of two groups. A commit costs the processor as much as
    # several clicks: under load more of them share one, and a click that comes alone never waits.
    group_interval_s: float = 0.0005
    waiting_max: int = 50_000
    waiting_bytes_max: int = 64 * 1024 * 1024
    # A group that takes longer than this is given up: its visitors go on without an id.
    stall_s: float = 2.0
    # After a failure, the least time before the disk is tried again.
    retry_s: float = 0.1
    busy_timeout_s: float = 5.0


DEFAULT_LIMITS = Limits()


@dataclass(slots=True, eq=False)
class Group:
    """Events that will be one commit, and the requests that wait for them."""

    records: list[bytes] = field(default_factory=list)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    bytes: int = 0
    oldest_at_ms: int = 2**62


class SpoolWriter:
    """Appends events to a spool of its own, and recovers from failures without a restart.

    After a failed write the segment is never written again: a disk that failed to sync may
    have forgotten more than it said. The next event begins a new segment.
    """

    def __init__(
        self, spool_dir: Path, limits: Limits = DEFAULT_LIMITS, *, connect: Connect = connect
    ) -> None:
        self.id = secrets.token_hex(8)
        self.failure: SpoolError | None = None
        self.events_total = 0
        self.groups_total = 0
        self._limits = limits
        self._line: deque[Group] = deque()
        self._waiting = 0
        self._waiting_bytes = 0
        self._closed = False
        # The group that the thread has, and since when; None while it has nothing to do.
        self._in_hand: Group | None = None
        self._in_hand_since = 0.0
        self._is_going_on = False
        self._groups: SimpleQueue[Group | None] = SimpleQueue()
        self._disk = _Disk(spool_dir / self.id, limits, connect)

    def start(self) -> None:
        """Begin to write; to be called in the event loop that will append.

        A disk that refuses is no reason not to start: `failure` says so until it recovers.
        """
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()
        self._watchdog = self._loop.call_later(self._limits.stall_s / 4, self._watch)
        self._hand_over(Group())

    def append(self, kind: str, at_ms: int, body: Any) -> asyncio.Future[None]:
        """Wait for the result: it comes once the event is on disk, or raises SpoolError.

        `body` is whatever JSON can hold.
        """
        done = self._loop.create_future()
        try:
            record = orjson.dumps((kind, at_ms, body))
        except TypeError as error:
            done.set_exception(SpoolError("malformed", str(error)))
            return done
        if self._closed or self.failure is not None or self._is_overloaded(len(record)):
            refusal = self._refusal(len(record))
            if refusal is not None:
                done.set_exception(refusal)
                return done
        line = self._line
        if not line:
            line.append(Group())
            self._go_on_soon()
        elif self._is_full(line[-1], len(record)):
            line.append(Group())
        group = line[-1]
        group.records.append(record)
        group.waiting.append(done)
        group.oldest_at_ms = min(group.oldest_at_ms, at_ms)
        group.bytes += len(record)
        self._waiting += 1
        self._waiting_bytes += len(record)
        return done

    async def close(self) -> None:
        """Write what is waiting, then let go of the spool; later events raise `closed`."""
        if self._closed:
            return
        self._closed = True
        self._go_on_soon()
        await asyncio.to_thread(self._thread.join)
        self._watchdog.cancel()

    def _is_overloaded(self, more_bytes: int) -> bool:
        """By number or by weight. What is alone is always taken, however heavy."""
        limits, waiting = self._limits, self._waiting
        return waiting >= limits.waiting_max or (
            waiting > 0 and self._waiting_bytes + more_bytes > limits.waiting_bytes_max
        )

    def _is_full(self, group: Group, more_bytes: int) -> bool:
        limits = self._limits
        return (
            len(group.records) >= limits.group_size_max
            or group.bytes + more_bytes > limits.group_bytes_max
        )

    def _refusal(self, more_bytes: int) -> SpoolError | None:
        if self._closed:
            return SpoolError("closed")
        if self.failure is not None and self.failure.reason == "stalled":
            return SpoolError("stalled")
        if self._is_overloaded(more_bytes):
            return SpoolError("overloaded")
        return None

    def _go_on_soon(self) -> None:
        """Whoever comes in this turn of the loop shares the commit, at least."""
        if self._in_hand is not None or self._is_going_on:
            return
        self._is_going_on = True
        wait_s = self._in_hand_since + self._limits.group_interval_s - monotonic()
        if wait_s > 0:
            self._loop.call_later(wait_s, self._go_on)
        else:
            self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        """Give the thread the next group; when nothing more will come, its leave."""
        self._is_going_on = False
        if self._line:
            self._hand_over(self._line.popleft())
        elif self._closed:
            self._groups.put(None)

    def _hand_over(self, group: Group) -> None:
        self._in_hand, self._in_hand_since = group, monotonic()
        self._groups.put(group)

    def _written(self, group: Group, error: SpoolError | None) -> None:
        """The thread has come back from the disk."""
        self._in_hand = None
        self._answer(group, error)
        if self._line or self._closed:
            self._go_on_soon()

    def _watch(self) -> None:
        """Free the visitors of a group whose disk does not answer, and those behind them."""
        if self._in_hand is not None and (monotonic() - self._in_hand_since > self._limits.stall_s):
            stalled = SpoolError("stalled", "the disk takes too long")
            self._answer(self._in_hand, stalled)
            while self._line:
                self._answer(self._line.popleft(), stalled)
        self._watchdog = self._loop.call_later(self._limits.stall_s / 4, self._watch)

    def _answer(self, group: Group, error: SpoolError | None) -> None:
        if error is not None or self.failure is not None:
            self._note(error)
        waiting, group.waiting = group.waiting, []
        self._waiting -= len(waiting)
        self._waiting_bytes -= group.bytes
        group.bytes = 0
        for done in waiting:
            if done.done():
                continue  # its visitor has left
            if error is None:
                done.set_result(None)
            else:
                # One each: an exception that is raised again and again keeps every traceback.
                done.set_exception(SpoolError(error.reason))

    def _note(self, error: SpoolError | None) -> None:
        """One line when the spool begins to fail, one when it has recovered."""
        before = self.failure.reason if self.failure else None
        after = error.reason if error else None
        if after and after != before:
            log.error("spool fails", spool=self.id, reason=after, detail=str(error))
        elif before and not after:
            log.info("spool works again", spool=self.id, after=before)
        self.failure = error

    def _run(self) -> None:
        """The thread: it alone touches the disk."""
        while (group := self._groups.get()) is not None:
            error = self._disk.write(group)
            if error is None and group.records:
                self.events_total += len(group.records)
                self.groups_total += 1
            # A loop that is gone has nobody left to answer.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._written, group, error)
        self._disk.let_go()


class _Disk:
    """The spool's folder and the segment that is being written."""

    def __init__(self, folder: Path, limits: Limits, connect: Connect) -> None:
        self._folder = folder
        self._limits = limits
        self._connect = connect
        self._lock: int | None = None
        self._segment: Segment | None = None
        self._segment_number = 0
        self._segment_opened_at = 0.0
        self._position = 0
        self._broken: SpoolError | None = None
        self._retry_at = 0.0

    def write(self, group: Group) -> SpoolError | None:
        """One commit; None when the whole group is on disk, else nothing of it counts."""
        if self._broken is not None and monotonic() < self._retry_at:
            return self._broken
        records = group.records
        try:
            segment = self._open_segment()
            if records:
                segment.write(self._position + 1, records, group.oldest_at_ms)
        except (OSError, sqlite3.Error) as error:
            self._broken = spool_error(error)
            self._fail(len(records))
            return self._broken
        self._broken = None
        self._position += len(records)
        return None

    def let_go(self) -> None:
        if self._segment is not None:
            with suppress(sqlite3.Error):
                self._segment.close()
        if self._lock is not None:
            os.close(self._lock)

    def _open_segment(self) -> Segment:
        segment = self._segment
        if segment is not None and self._is_full(segment):
            segment.close()
            segment = self._segment = None
        if segment is None:
            if self._lock is None:
                self._lock = _make_folder(self._folder)
            # A number is used once, even when nothing comes of it: a reader may hold its file.
            self._segment_number += 1
            path = segment_path(self._folder, self._segment_number)
            timeout_s = self._limits.busy_timeout_s
            segment = Segment(path, busy_timeout_s=timeout_s, connect=self._connect)
            self._segment = segment
            self._segment_opened_at = monotonic()
        return segment

    def _is_full(self, segment: Segment) -> bool:
        age_s = monotonic() - self._segment_opened_at
        return segment.events >= self._limits.segment_events_max or (
            segment.events > 0 and age_s >= self._limits.segment_age_s_max
        )

    def _fail(self, lost: int) -> None:
        """Leave the segment; skip the positions of the failed group, for it may still surface."""
        self._retry_at = monotonic() + self._limits.retry_s
        segment, self._segment = self._segment, None
        self._position += lost
        if segment is None:
            return
        with suppress(sqlite3.Error, OSError):
            if segment.events:
                segment.close()
            else:
                segment.discard()


def _make_folder(folder: Path) -> int:
    """Make the spool's folder with its lock held; it gets its name last, so that no reader
    ever sees a spool of a live writer unlocked."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = folder.with_name(f".{folder.name}")
    hidden.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(hidden / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(folder)
    except OSError:
        os.close(lock)
        raise
    return lock
