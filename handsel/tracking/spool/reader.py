"""Reading spools: what intake ships, and what it may remove. Safe beside a live writer."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

import orjson

from handsel.tracking.spool.segment import segment_numbers, segment_path

# How many groups are looked at for their oldest event: they are in order of arrival, and the
# clock that stamped them is off by a group or a small correction at most.
_DISORDER_MAX = 20

# The group in which an event stands, or would, is the last that begins at or before it.
_GROUP_OF = "(SELECT coalesce(max(first), 0) FROM groups WHERE first <= ?)"
_READ = f"""
SELECT first, events, oldest_at_ms, body FROM groups WHERE first >= {_GROUP_OF} ORDER BY first
"""  # noqa: S608
_OLDEST = f"""
SELECT min(oldest_at_ms) FROM (
    SELECT oldest_at_ms FROM groups WHERE first >= {_GROUP_OF} AND first + events > ?
    ORDER BY first LIMIT ?
)"""  # noqa: S608
_LAST = "SELECT first + events - 1 FROM groups ORDER BY first DESC LIMIT 1"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_FIRST = "SELECT min(first) FROM groups"


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """How far a spool was read. Event numbers grow through a whole spool, with gaps."""

    segment: int
    position: int


START = Position(0, 0)

# The kind of what stands for a group that cannot be read: at the place of its last event, with
# the moment of its oldest, and its bytes as `body`.
DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Event:
    at: Position
    kind: str  # click, impression, event; or DAMAGED
    at_ms: int
    body: Any  # a JSON value; an object, if nothing went wrong


class SegmentUnreadable(Exception):
    """A segment is damaged, or cannot be read just now. Where it `is_damaged`, no second attempt
    will mend it: intake may report it and go on at `Position(number + 1, 0)`."""

    def __init__(self, path: Path, number: int, cause: Exception) -> None:
        super().__init__(f"{path}: {cause}")
        self.number = number
        is_sqlite = isinstance(cause, sqlite3.Error)
        self.is_damaged = not is_sqlite or getattr(cause, "sqlite_errorname", "").startswith(
            ("SQLITE_CORRUPT", "SQLITE_NOTADB")
        )


class Spool:
    """One spool, read in order. Not for use by several threads at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self._open: tuple[int, sqlite3.Connection] | None = None

    def __repr__(self) -> str:
        return f"Spool({self.id})"

    def is_live(self) -> bool:
        """Whether its writer runs; if not, no event will be added to it any more."""
        descriptor = _lock(self.path / "lock", fcntl.LOCK_SH)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    @contextmanager
    def claimed(self) -> Iterator[bool]:
        """Claim the spool for one intake: True inside, or False while another holds it.

        An orphan, left by a writer that is gone, is adopted the same way.
        """
        descriptor = _lock(self.path / "intake.lock", fcntl.LOCK_EX)
        try:
            yield descriptor is not None
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def read(self, after: Position = START, limit: int = 10_000) -> list[Event]:
        """The next events after a position, oldest first, at most `limit`.

        Whatever is returned is on disk for good. A group that is damaged in itself is one event,
        DAMAGED, and what stands behind it comes next. Raises SegmentUnreadable.
        """
        events: list[Event] = []
        # Listed before reading: a segment that has a successor here is complete.
        for number in segment_numbers(self.path):
            if number >= after.segment:
                self._read_segment(number, after.position, limit, events)
            if len(events) >= limit:
                break
        return events

    def _read_segment(self, number: int, after: int, limit: int, events: list[Event]) -> None:
        """Add a segment's events until there are `limit`."""
        with self._database(number) as database:
            if database is None:
                return
            for first, count, oldest_at_ms, body in database.execute(_READ, (after + 1,)):
                begin = max(0, after + 1 - first)
                if begin >= count:
                    continue
                group = _opened(body, count)
                if group is None:
                    last = Position(number, first + count - 1)
                    events.append(Event(last, DAMAGED, oldest_at_ms, body))
                else:
                    end = min(count, begin + limit - len(events))
                    events.extend(
                        Event(Position(number, first + place), *group[place])
                        for place in range(begin, end)
                    )
                if len(events) >= limit:
                    break

    def last_position(self) -> Position:
        """Where the last event stands; START when there is none."""
        for number in reversed(segment_numbers(self.path)):
            last = self._value(number, _LAST)
            if last is not None:
                return Position(number, last)
        return START

    def backlog(self, after: Position = START) -> int:
        """How many events come after a position; read from the ends of each segment."""
        return sum(self._count(n, after) for n in segment_numbers(self.path) if n >= after.segment)

    def oldest_unshipped_at_ms(self, after: Position = START) -> int | None:
        """The earliest moment among the events after a position; None when there are none.

        For a watermark, take something off the present as well: an event is stamped when its
        request comes, and reaches the disk up to `Limits.stall_s` later.
        """
        for number in segment_numbers(self.path):
            if number < after.segment:
                continue
            start = after.position + 1
            oldest = self._value(number, _OLDEST, (start, start, _DISORDER_MAX))
            if oldest is not None:
                return oldest
        return None

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _count(self, number: int, after: Position) -> int:
        # Within a segment event numbers have no gaps.
        first, last = self._value(number, _FIRST), self._value(number, _LAST)
        if first is None or last is None:
            return 0
        return max(0, last - max(first - 1, after.position))

    def _value(self, number: int, sql: str, parameters: tuple[int, ...] = ()) -> int | None:
        with self._database(number) as database:
            row = None if database is None else database.execute(sql, parameters).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    @contextmanager
    def _database(self, number: int) -> Iterator[sqlite3.Connection | None]:
        """A segment for reading; None when it was begun a moment ago, or at the moment of a
        crash, or when its writer has discarded it. Raises SegmentUnreadable."""
        path = segment_path(self.path, number)
        try:
            try:
                database = self._connection(number)
                tables = [name for (name,) in database.execute(_TABLES)]
            except sqlite3.Error:
                if path.exists():
                    raise
                self.close()
                tables = []
            if "events" in tables:
                raise ValueError("written by an earlier version of Handsel")
            yield database if "groups" in tables else None
        except (sqlite3.Error, ValueError, TypeError) as error:
            self.close()
            raise SegmentUnreadable(path, number, error) from error

    def _connection(self, number: int) -> sqlite3.Connection:
        if self._open is None or self._open[0] != number:
            self.close()
            # Opened for writing, so that the log of a killed writer is recovered.
            uri = f"{segment_path(self.path, number).absolute().as_uri()}?mode=rw"
            database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)
            database.execute("PRAGMA query_only = ON")
            self._open = (number, database)
        return self._open[1]


def _opened(body: Any, count: int) -> list[tuple[str, int, Any]] | None:
    """The events of a group; None when that is not what its writer wrote."""
    try:
        group = orjson.loads(body)
        kinds = [kind for kind, at_ms, _body in group if type(at_ms) is int]
    except (ValueError, TypeError):
        return None
    is_whole = len(kinds) == count and all(type(kind) is str for kind in kinds)
    return group if is_whole else None


def spools(spool_dir: Path) -> list[Spool]:
    """Every spool in a folder, live or orphaned, ordered by id."""
    if not spool_dir.is_dir():
        return []
    paths = (p for p in spool_dir.iterdir() if p.is_dir() and not p.name.startswith("."))
    return [Spool(path) for path in sorted(paths)]


def remove_shipped(spool: Spool, upto: Position, *, older_than_hours: float = 48) -> int:
    """Remove segments that were shipped and last written long ago; how many went.

    The wait lets a database restored from a backup catch up. Of a live spool the segment in
    use stays; an orphan that was shipped to its end goes with its folder.
    """
    spool.close()
    before = time() - older_than_hours * 3600
    finished = not spool.is_live() and upto >= spool.last_position()
    spool.close()
    removed = 0
    for number in segment_numbers(spool.path):
        path = segment_path(spool.path, number)
        if (number < upto.segment or finished) and _written_at(path) <= before:
            _remove(path)
            removed += 1
    # What intake has set aside as damaged stays, and its folder with it.
    if finished and not segment_numbers(spool.path) and not list(spool.path.glob("*.damaged")):
        shutil.rmtree(spool.path)
    return removed


def _written_at(path: Path) -> float:
    files = (path, path.with_name(f"{path.name}-wal"))
    return max(file.stat().st_mtime for file in files if file.exists())


def _remove(path: Path) -> None:
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        file.unlink(missing_ok=True)


def _lock(path: Path, kind: int) -> int | None:
    """An open descriptor that holds the lock, or None while somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
