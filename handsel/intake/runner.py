"""The intake process: ships what this host's tracking has put on disk, several times a second."""

import gc
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic

import structlog
from django.db import Error, connection

from handsel.clicks.agents import agent_of
from handsel.clicks.services import drop_partitions, make_partitions, pass_watermark
from handsel.clock import now
from handsel.environment import environment
from handsel.intake.patience import Patience
from handsel.intake.places import Places
from handsel.intake.reading import ReadAhead
from handsel.intake.shipping import remove_old_segments, ship, waiting
from handsel.intake.surroundings import Surroundings, configured
from handsel.organizations.services import read_clock
from handsel.tracking.spool.reader import SegmentUnreadable, Spool, spools

log = structlog.get_logger("handsel.intake")

PAUSE_S = 0.2
# How long one spool is shipped at a time. Where clicks come without a pause its end is never
# reached, and the watermark, the other spools and the partitions of tomorrow do not wait for it.
TURN_S = 1.0
RETRY_S_MAX = 5.0
MAINTENANCE_S = 600.0
PARTITIONS_AHEAD_DAYS = 7
# Longer than a migration holds a table, and than half a minute of PostgreSQL's own trouble.
PATIENCE_S = 60.0
BATCHES_BETWEEN_COLLECTIONS = 200


def main(stop: threading.Event) -> None:
    """Run until `stop` is set. PostgreSQL may be away for as long as it likes."""
    spool_dir = environment().spool_dir
    intake = Intake(spool_dir, host=host_name(spool_dir))
    agent_of("Mozilla/5.0")  # reads thousands of patterns, for seconds: not while a click waits
    log.info("intake runs", spools=str(spool_dir), host=intake.host)
    pause_s = 0.0
    while not stop.wait(pause_s):
        pause_s = intake.attempt(stop)
    intake.close()
    log.info("intake stopped", shipped=intake.shipped_total)


def host_name(spool_dir: Path) -> str:
    """What the watermark of these spools is called: the machine, and the folder on it.

    >>> host_name(Path("/srv/handsel/spool")).endswith(":/srv/handsel/spool")
    True
    """
    return f"{socket.gethostname()[:40]}:{str(spool_dir.resolve())[-79:]}"


@contextmanager
def _steady() -> Iterator[None]:
    """Without Python's search for rings of objects: every few thousand clicks it went through all
    that is remembered of links and agents, and took a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Intake:
    """One host's spools on their way to PostgreSQL."""

    def __init__(
        self, spool_dir: Path, *, host: str, surroundings: Surroundings | None = None
    ) -> None:
        """Without `surroundings` by the operator's files."""
        self.host = host
        self.shipped_total = 0
        self._spool_dir = spool_dir
        self._spools: dict[str, Spool] = {}
        self._places = Places()
        self._reader = ReadAhead(surroundings or configured())
        self._patience = Patience(PATIENCE_S)
        self._unreadable: set[str] = set()
        self._is_behind = False
        self._retry_s = 0.0
        self._trouble = ""
        self._maintained_at: float | None = None

    def attempt(self, stop: threading.Event) -> float:
        """Ship what there is. Seconds to wait before the next time: longer each time while
        PostgreSQL is away."""
        try:
            with self._patience.limited():
                read_clock()
            self.ship_all(stop, turn_s=TURN_S)
            with self._patience.limited():
                self._maintain()
        except (Error, OSError) as error:
            kind = type(error).__name__
            if kind != self._trouble:
                log.warning("shipping waits", detail=f"{kind}: {error}".strip())
                self._trouble = kind
            self._retry_s = min(RETRY_S_MAX, max(PAUSE_S, self._retry_s * 2))
            # What comes back may be another database: nothing is remembered of the old one.
            self._places.forget()
            with suppress(Error):
                connection.close()
            return self._retry_s
        if self._retry_s:
            log.info("shipping goes on")
            self._retry_s, self._trouble = 0.0, ""
        return 0.0 if self._is_behind else PAUSE_S

    def ship_all(self, stop: threading.Event, *, turn_s: float = math.inf) -> int:
        """Ship every spool to its end, or for so long, then say how far this host's clicks have
        arrived."""
        began_at, shipped = now(), 0
        self._is_behind = False
        self._look_for_spools()
        with _steady(), self._patience.limited():
            for spool in self._spools.values():
                with spool.claimed() as is_ours:
                    shipped += self._ship(spool, stop, turn_s) if is_ours else 0
            self._pass_watermark(began_at, shipped)
        self.shipped_total += shipped
        return shipped

    def _ship(self, spool: Spool, stop: threading.Event, turn_s: float) -> int:
        shipped, ends = 0, monotonic() + turn_s
        for number in count(1):
            if stop.is_set():
                break
            if monotonic() > ends:
                self._is_behind = True
                break
            try:
                batch = ship(spool, self._places, read=self._reader.read)
            except SegmentUnreadable as problem:
                self._note_unreadable(spool, problem)
                break
            self._patience.step()
            shipped += batch.events
            if not batch.events:
                self._unreadable.discard(spool.id)
                break
            if number % BATCHES_BETWEEN_COLLECTIONS == 0:
                gc.collect()
        return shipped

    def close(self) -> None:
        self._patience.close()
        self._reader.close()
        for spool in self._spools.values():
            spool.close()
        connection.close()

    def _look_for_spools(self) -> None:
        found = {spool.id: spool for spool in spools(self._spool_dir)}
        gone = self._spools.keys() - found.keys()
        for spool_id in gone:
            self._spools.pop(spool_id).close()
        if gone:
            self._reader.forget()
        self._spools = {**found, **self._spools}

    def _pass_watermark(self, began_at: datetime, shipped: int) -> None:
        """What was answered before `began_at` was on disk then. If all of it has been shipped,
        that is how far we are; else the oldest event that waits is."""
        passed_at: datetime | None = began_at
        backlog = 0
        for spool in self._spools.values():
            try:
                rest = waiting(spool)
            except SegmentUnreadable as problem:
                self._note_unreadable(spool, problem)
                passed_at = None
                continue
            backlog += rest.events
            if passed_at and rest.oldest_at:
                passed_at = min(passed_at, rest.oldest_at)
        pass_watermark(
            self.host,
            passed_at,
            backlog=backlog,
            shipped=shipped,
            segments_unreadable=self._segments_unreadable(),
        )

    def _segments_unreadable(self) -> int:
        """Those that were set aside, whole or a group of them, and those that are being waited
        for."""
        return len(self._unreadable) + sum(1 for _ in self._spool_dir.glob("*/*.damaged"))

    def _note_unreadable(self, spool: Spool, problem: SegmentUnreadable) -> None:
        if spool.id not in self._unreadable:
            log.error("spool cannot be read", spool=spool.id, detail=str(problem))
            self._unreadable.add(spool.id)

    def _maintain(self) -> None:
        """Room for the days to come, an end for those of long ago and for what was shipped."""
        if self._maintained_at is not None and monotonic() - self._maintained_at < MAINTENANCE_S:
            return
        today = now().date()
        make_partitions(today + timedelta(days=n) for n in range(PARTITIONS_AHEAD_DAYS + 1))
        dropped = drop_partitions(days_kept=environment().click_days_kept, today=today)
        if dropped:
            log.info("clicks forgotten", before=str(dropped[-1]), days=len(dropped))
        self._reader.forget()
        for spool in self._spools.values():
            with spool.claimed() as is_ours, suppress(SegmentUnreadable):
                if is_ours:
                    remove_old_segments(spool)
        self._maintained_at = monotonic()
