"""Batches of a spool, sorted; the next one while PostgreSQL takes this one."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from handsel.intake.arrivals import Arrivals, sort_out
from handsel.intake.surroundings import UNKNOWN, Surroundings
from handsel.tracking.spool.reader import Event, Position, Spool


class Batch(NamedTuple):
    events: list[Event]
    arrivals: Arrivals


Read = Callable[[Spool, Position, int], Batch]


def read_batch(
    spool: Spool, after: Position, limit: int, surroundings: Surroundings = UNKNOWN
) -> Batch:
    """Raises SegmentUnreadable."""
    events = spool.read(after, limit)
    return Batch(events, sort_out(spool.id, events, surroundings))


class ReadAhead:
    """Reads in a thread of its own, and begins with the next batch when a full one is asked for.

    What was read ahead is used only where shipping really goes on from there; if it could not
    store its batch, or somebody else was faster, it is dropped.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")
        # SQLite's connections stay in the thread that made them.
        self._spools: dict[Path, Spool] = {}
        self._next: tuple[tuple[Path, Position, int], Future[Batch]] | None = None

    def read(self, spool: Spool, after: Position, limit: int) -> Batch:
        """As `read_batch`."""
        wanted = (spool.path, after, limit)
        ahead, self._next = self._next, None
        if ahead is not None and ahead[0] == wanted:
            batch = ahead[1].result()
        else:
            batch = self._thread.submit(self._read, *wanted).result()
        if len(batch.events) == limit:
            following = (spool.path, batch.events[-1].at, limit)
            self._next = following, self._thread.submit(self._read, *following)
        return batch

    def forget(self) -> None:
        """Close all files: somebody may want to remove them."""
        self._next = None
        self._thread.submit(self._close).result()

    def close(self) -> None:
        self.forget()
        self._thread.shutdown()

    # In the thread --------------------------------------------------------------------------

    def _read(self, path: Path, after: Position, limit: int) -> Batch:
        spool = self._spools.setdefault(path, Spool(path))
        return read_batch(spool, after, limit, self.surroundings)

    def _close(self) -> None:
        for spool in self._spools.values():
            spool.close()
        self._spools.clear()
