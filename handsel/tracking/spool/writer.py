"""Group commit: many requests wait, one thread writes, one sync makes all of them safe."""

import asyncio
import fcntl
import os
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, sleep

import structlog

from handsel.tracking.spool.failures import SpoolError, spool_error
from handsel.tracking.spool.segment import Record, Segment, segment_path

log = structlog.get_logger("handsel.tracking.spool")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a segment is full, and how long a visitor waits for a disk."""

    segment_events_max: int = 100_000
    segment_age_s_max: float = 3600
    group_size_max: int = 2000
    # The least time between the beginnings of two groups. A commit costs the processor as much as
    # several clicks: under load more of them share one, and a click that comes alone never waits.
    group_interval_s: float = 0.002
    waiting_max: int = 50_000
    # A group that takes longer than this is given up: its visitors go on without an id.
    stall_s: float = 2.0
    # After a failure, the least time before the disk is tried again.
    retry_s: float = 0.1
    busy_timeout_s: float = 5.0


DEFAULT_LIMITS = Limits()


@dataclass(slots=True, eq=False)
class Waiting:
    """An event and the request that waits for it."""

    record: Record
    done: asyncio.Future[None]


class SpoolWriter:
    """Appends events to a spool of its own, and recovers from failures without a restart.

    After a failed write the segment is never written again: a disk that failed to sync may
    have forgotten more than it said. The next event begins a new segment.
    """

    def __init__(self, spool_dir: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self.id = secrets.token_hex(8)
        self.failure: SpoolError | None = None
        self.events_total = 0
        self.groups_total = 0
        self._folder = spool_dir / self.id
        self._limits = limits
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._waiting: set[Waiting] = set()
        self._group_began_at: float | None = None
        self._closed = False
        # The rest belongs to the writer's thread.
        self._lock: int | None = None
        self._segment: Segment | None = None
        self._segment_number = 0
        self._segment_opened_at = 0.0
        self._position = 0
        self._next_group_at = 0.0
        self._broken: SpoolError | None = None
        self._retry_at = 0.0

    def start(self) -> None:
        """Begin to write; to be called in the event loop that will append.

        A disk that refuses is no reason not to start: `failure` says so until it recovers.
        """
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()
        self._watchdog = self._loop.call_later(self._limits.stall_s / 4, self._watch)

    def append(self, kind: str, at_ms: int, body: bytes) -> asyncio.Future[None]:
        """Wait for the result: it comes once the event is on disk, or raises SpoolError."""
        done: asyncio.Future[None] = self._loop.create_future()
        refusal = self._refusal()
        if refusal is not None:
            done.set_exception(refusal)
            return done
        waiting = Waiting((kind, at_ms, body), done)
        self._waiting.add(waiting)
        self._queue.put(waiting)
        return done

    async def close(self) -> None:
        """Write what is waiting, then let go of the spool; later events raise `closed`."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        # The answers of the last group are callbacks that the loop has yet to run.
        await asyncio.gather(*(w.done for w in self._waiting), return_exceptions=True)
        self._watchdog.cancel()

    def _refusal(self) -> SpoolError | None:
        if self._closed:
            return SpoolError("closed")
        if self.failure is not None and self.failure.reason == "stalled":
            return SpoolError("stalled")
        if len(self._waiting) >= self._limits.waiting_max:
            return SpoolError("overloaded")
        return None

    def _watch(self) -> None:
        """Free the visitors of a group whose disk does not answer."""
        began_at = self._group_began_at
        if began_at is not None and monotonic() - began_at > self._limits.stall_s:
            stalled = SpoolError("stalled", "the disk takes too long")
            self._answer(list(self._waiting), stalled)
        self._watchdog = self._loop.call_later(self._limits.stall_s / 4, self._watch)

    def _answer(self, group: Sequence[Waiting], error: SpoolError | None) -> None:
        self._note(error)
        for waiting in group:
            self._waiting.discard(waiting)
            # It may have been freed before, or its visitor may have left.
            if waiting.done.done():
                continue
            if error is None:
                waiting.done.set_result(None)
            else:
                # One each: an exception that is raised again and again keeps every traceback.
                waiting.done.set_exception(SpoolError(error.reason))

    def _note(self, error: SpoolError | None) -> None:
        """One line when the spool begins to fail, one when it has recovered."""
        before = self.failure.reason if self.failure else None
        after = error.reason if error else None
        if after and after != before:
            log.error("spool fails", spool=self.id, reason=after, detail=str(error))
        elif before and not after:
            log.info("spool works again", spool=self.id, after=before)
        self.failure = error

    # In the writer's thread -----------------------------------------------------------------

    def _run(self) -> None:
        self._tell([], self._attempt([]))
        while group := self._take():
            # Abandoned by the watchdog while it waited in line: nobody was given its id.
            group = [waiting for waiting in group if not waiting.done.done()]
            self._group_began_at = monotonic()
            error = self._attempt([waiting.record for waiting in group])
            self._group_began_at = None
            self._tell(group, error)
        self._let_go()

    def _take(self) -> list[Waiting]:
        """All that is waiting, at least one; nothing when the spool is being closed."""
        first = self._queue.get()
        if first is None:
            return []
        sleep(max(0.0, self._next_group_at - monotonic()))
        self._next_group_at = monotonic() + self._limits.group_interval_s
        group = [first]
        with suppress(Empty):
            while len(group) < self._limits.group_size_max:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    self._queue.put(None)
                    break
                group.append(waiting)
        return group

    def _attempt(self, records: Sequence[Record]) -> SpoolError | None:
        if self._broken is not None and monotonic() < self._retry_at:
            return self._broken
        try:
            segment = self._open_segment()
            if records:
                segment.write(self._position + 1, records)
        except (OSError, sqlite3.Error) as error:
            self._broken = spool_error(error)
            self._fail(len(records))
            return self._broken
        self._broken = None
        self._position += len(records)
        self.events_total += len(records)
        self.groups_total += bool(records)
        return None

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
            segment = Segment(path, busy_timeout_s=self._limits.busy_timeout_s)
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

    def _tell(self, group: Sequence[Waiting], error: SpoolError | None) -> None:
        # A loop that is gone has nobody left to answer.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._answer, group, error)

    def _let_go(self) -> None:
        if self._segment is not None:
            with suppress(sqlite3.Error):
                self._segment.close()
        if self._lock is not None:
            os.close(self._lock)


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
