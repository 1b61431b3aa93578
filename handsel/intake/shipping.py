"""From a spool on this host's disk to PostgreSQL: rows, rollups and position in one transaction.

A crash at any moment leaves all of a batch there or none of it. Where a batch comes again all the
same (an older database was restored, a segment copied), rows that are there already change nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import DataError, IntegrityError, transaction
from django.utils.timezone import now

from handsel.clicks.models import SpoolPosition
from handsel.clicks.services import make_partitions, store_clicks
from handsel.intake.arrivals import EPOCH, Arrivals, refused
from handsel.intake.judging import judge
from handsel.intake.models import InboxEvent
from handsel.intake.places import Places
from handsel.intake.reading import Batch, Read, read_batch
from handsel.tracking.spool.reader import (
    Event,
    Position,
    SegmentUnreadable,
    Spool,
    remove_shipped,
)

log = structlog.get_logger("handsel.intake")

# Fewer, larger batches: a link that is clicked often is counted up once for each of them.
BATCH_MAX = 20_000
SHIPPED_KEPT_HOURS = 48


class Shipped(NamedTuple):
    """One batch: how many events left the spool, and how many clicks were new."""

    events: int
    clicks_new: int
    clicks_filtered: int


NOTHING = Shipped(0, 0, 0)


def ship(spool: Spool, places: Places, limit: int = BATCH_MAX, read: Read = read_batch) -> Shipped:
    """Ship the next batch of a spool that the caller has claimed; NOTHING when it is at its end.

    An event that PostgreSQL cannot hold goes to the inbox as refused, a damaged group or segment is
    set aside: none stops what comes behind it. Raises SegmentUnreadable where waiting may help,
    and Django's database errors.
    """
    after = position_of(spool)
    try:
        batch = read(spool, after, limit)
    except SegmentUnreadable as problem:
        if limit > 1:
            # What lies before the damage can still be read.
            return ship(spool, places, limit // 2, read)
        _set_aside(spool, problem)
        return NOTHING
    if not batch.events:
        return NOTHING
    for group in batch.arrivals.damaged:
        _set_group_aside(spool, group)
    try:
        return _store(spool, after, batch, places)
    except (DataError, IntegrityError, UnicodeError) as error:
        if limit > 1:
            return ship(spool, places, max(1, len(batch.events) // 2), read)
        (event,) = batch.events
        log.error("event refused", spool=spool.id, at=event.at, detail=str(error).strip())
        arrivals = Arrivals(inbox=[refused(spool.id, event, "not-storable")])
        return _store(spool, after, Batch(batch.events, arrivals), places)


def position_of(spool: Spool) -> Position:
    """How far a spool has been shipped, according to the database at this moment."""
    row, _ = SpoolPosition.objects.get_or_create(spool=spool.id)
    return Position(row.segment, row.position)


def _store(spool: Spool, after: Position, batch: Batch, places: Places) -> Shipped:
    events, arrivals = batch
    # Before the transaction: making a partition would lock out everybody else until its end.
    make_partitions(arrivals.days())
    with transaction.atomic():
        row = SpoolPosition.objects.select_for_update().get(spool=spool.id)
        if Position(row.segment, row.position) != after:
            return NOTHING  # somebody else was faster; the next reading begins behind them
        judged = judge(spool.id, arrivals, places)
        stored = store_clicks(judged.clicks, judged.impressions)
        InboxEvent.objects.bulk_create(judged.inbox, ignore_conflicts=True)
        row.segment, row.position = events[-1].at.segment, events[-1].at.position
        row.shipped_at = now()
        row.save(update_fields=["segment", "position", "shipped_at"])
    return Shipped(len(events), stored.new, stored.filtered)


def _set_aside(spool: Spool, problem: SegmentUnreadable) -> None:
    """Give up the rest of a damaged segment, and keep its file for whoever can save more of it.

    While its writer may still use it, or the cause may pass, the problem is raised instead.
    """
    path = spool.path / f"{problem.number:08d}.sqlite"
    has_successor = any(int(p.stem) > problem.number for p in spool.path.glob("*[0-9].sqlite"))
    if not problem.is_damaged or not (has_successor or not spool.is_live()):
        raise problem
    with transaction.atomic():
        row = SpoolPosition.objects.select_for_update().get(spool=spool.id)
        # Event numbers go on growing, so the position stays.
        row.segment = problem.number + 1
        row.save(update_fields=["segment"])
    path.rename(path.with_suffix(".damaged"))
    log.error("segment set aside", path=str(path.with_suffix(".damaged")), detail=str(problem))


def _set_group_aside(spool: Spool, group: Event) -> None:
    """Keep what cannot be read in a file of its own, for whoever can save some of it. Where it is
    there already, the batch it came with was not stored, and comes again."""
    path = spool.path / f"{group.at.segment:08d}-{group.at.position}.damaged"
    if path.exists():
        return
    aside = path.with_name(f".{path.name}")
    content = group.body if isinstance(group.body, bytes) else str(group.body).encode()
    aside.write_bytes(content)
    aside.rename(path)
    log.error("group set aside", path=str(path), bytes=len(content))


class Waiting(NamedTuple):
    """What is still on a spool's disk: how many events, and the moment of the oldest."""

    events: int
    oldest_at: datetime | None


def waiting(spool: Spool) -> Waiting:
    """Raises SegmentUnreadable."""
    after = position_of(spool)
    oldest_at_ms = spool.oldest_unshipped_at_ms(after)
    if oldest_at_ms is None:
        return Waiting(0, None)
    return Waiting(spool.backlog(after), EPOCH + timedelta(milliseconds=oldest_at_ms))


def remove_old_segments(spool: Spool) -> int:
    """Remove what was shipped two days ago: by then no older database asks for it again."""
    return remove_shipped(spool, position_of(spool), older_than_hours=SHIPPED_KEPT_HOURS)
