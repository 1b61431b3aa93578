"""Clicks, a batch at a time: rows, rollups and partitions.

Scoped to the whole installation: called by intake, never for a person.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from handsel.clicks.models import Watermark
from handsel.clock import now

DAYS_KEPT_MIN = 7  # spools keep what they shipped for two days, and may ship it again


class ClickRow(NamedTuple):
    """A click as `COPY` takes it: text, PostgreSQL's spelling of it, or null."""

    click_id: str
    clicked_at: datetime
    brand_id: str
    partner_id: str
    program_id: str
    partnership_id: str
    link_id: str
    visitor: str
    ip: str | None
    user_agent: str
    referrer: str
    language: str
    country: str
    device: str
    subs: str
    fetch_metadata: str
    destination: str
    filtered_reason: str | None


class Stored(NamedTuple):
    """Of the rows given, those that were new, and how many of these do not count."""

    new: int
    filtered: int


_COLUMNS = ", ".join(ClickRow._fields)
_STAGING = (
    "CREATE TEMP TABLE IF NOT EXISTS clicks_arriving (LIKE clicks_click) ON COMMIT DELETE ROWS"
)
_COPY = f"COPY clicks_arriving ({_COLUMNS}, recorded_at) FROM STDIN"

# Rollups grow by what the insert really added, in the same statement: a click that comes a
# second time is in neither. Sorted, so that two hosts lock the rows of a day in one order.
_ARRIVE = f"""
WITH arrived AS (
    INSERT INTO clicks_click ({_COLUMNS}, recorded_at)
    SELECT {_COLUMNS}, recorded_at FROM clicks_arriving
    ON CONFLICT DO NOTHING
    RETURNING clicked_at AT TIME ZONE 'UTC' AS at, brand_id, partner_id, program_id,
        partnership_id, link_id, country, device, filtered_reason IS NOT NULL AS filtered
), by_day AS (
    INSERT INTO clicks_clickday AS known
        (day, brand_id, partner_id, program_id, partnership_id, link_id, clicks, filtered)
    SELECT at::date, brand_id, partner_id, program_id, partnership_id, link_id,
        count(*) FILTER (WHERE NOT filtered), count(*) FILTER (WHERE filtered)
    FROM arrived GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 5, 6
    ON CONFLICT (day, partnership_id, link_id) DO UPDATE
    SET clicks = known.clicks + excluded.clicks, filtered = known.filtered + excluded.filtered
), by_hour AS (
    INSERT INTO clicks_clickhour AS known (hour, brand_id, program_id, country, device, clicks)
    SELECT date_trunc('hour', at) AT TIME ZONE 'UTC', brand_id, program_id, country, device,
        count(*)
    FROM arrived WHERE NOT filtered GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 4, 5
    ON CONFLICT (hour, program_id, country, device) DO UPDATE
    SET clicks = known.clicks + excluded.clicks
)
SELECT count(*), count(*) FILTER (WHERE filtered) FROM arrived
"""  # noqa: S608  (the columns are our own)


@transaction.atomic
def store_clicks(rows: Sequence[ClickRow]) -> Stored:
    """Add clicks to their day partitions and to the rollups; those already there change nothing.

    The partitions must exist (`make_partitions`). Raises DataError when a value does not fit.
    """
    if not rows:
        return Stored(0, 0)
    recorded_at = now()
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row((*row, recorded_at))
        cursor.execute(_ARRIVE)
        return Stored(*cursor.fetchone())


def make_partitions(days: Iterable[date]) -> None:
    """Make room for the clicks of these days (UTC), where there is none yet."""
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute("SELECT clicks_make_partition(%s)", [day])


def drop_partitions(*, days_kept: int, today: date) -> list[date]:
    """Forget the rows of clicks of long ago, and say of which days. Rollups and the touches of
    conversions stay. ValueError when a day would go that a spool may still ship again."""
    if days_kept < DAYS_KEPT_MIN:
        raise ValueError(f"Clicks are kept for {DAYS_KEPT_MIN} days at least.")
    old = [day for day in partition_days() if day < today - timedelta(days=days_kept)]
    with connection.cursor() as cursor:
        for day in old:
            cursor.execute("SELECT clicks_drop_partition(%s)", [day])
    return old


def partition_days() -> list[date]:
    """The days (UTC) that have a partition, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') FROM pg_inherits"
            " WHERE inhparent = 'clicks_click'::regclass ORDER BY 1"
        )
        return [day for (day,) in cursor.fetchall()]


@transaction.atomic
def pass_watermark(host: str, passed_at: datetime | None, *, backlog: int, shipped: int) -> None:
    """Say how far a host's clicks have arrived. Without a moment the last one stays.

    `shipped` is how many events left the host's disk since the last call.
    """
    at = now()
    with connection.cursor() as cursor:
        # Written several times a second, and computed anew after a crash: not worth a sync.
        cursor.execute("SET LOCAL synchronous_commit = off")
    changes = {"seen_at": at, "backlog": backlog, "shipped_total": F("shipped_total") + shipped}
    if passed_at is not None:
        changes["passed_at"] = passed_at
    if not Watermark.objects.filter(pk=host).update(**changes):
        Watermark.objects.create(
            host=host,
            passed_at=passed_at or datetime.min.replace(tzinfo=at.tzinfo),
            seen_at=at,
            backlog=backlog,
            shipped_total=shipped,
        )
