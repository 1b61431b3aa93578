"""Clicks and impressions, a batch at a time: rows, rollups and partitions.

Scoped to the whole installation: called by intake, never for a person.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F

from handsel.clicks.models import ClickSub, Watermark
from handsel.clicks.queries import SUBS
from handsel.clicks.rows import COPY_OPTIONS, ClickRow, ImpressionRow, copied
from handsel.clock import now

DAYS_KEPT_MIN = 7  # spools keep what they shipped for two days, and may ship it again


class Stored(NamedTuple):
    """Of the clicks given, those that were new, and how many of these do not count."""

    new: int
    filtered: int


_CLICK = ", ".join(ClickRow._fields)
_IMPRESSION = ", ".join(ImpressionRow._fields)
_OWNERS = "brand_id, partner_id, program_id, partnership_id"
_IDS = f"{_OWNERS}, link_id"
_STAGING = """
CREATE TEMP TABLE IF NOT EXISTS clicks_arriving (LIKE clicks_click INCLUDING DEFAULTS)
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS impressions_arriving
    (LIKE clicks_impression INCLUDING DEFAULTS) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS subs_arriving
    (day date, brand_id uuid, partner_id uuid, program_id uuid, partnership_id uuid, link_id uuid,
    sub smallint, value varchar(100), clicks bigint, filtered bigint) ON COMMIT DELETE ROWS
"""
_COPY_CLICKS = f"COPY clicks_arriving ({_CLICK}) FROM STDIN ({COPY_OPTIONS})"
_COPY_IMPRESSIONS = f"COPY impressions_arriving ({_IMPRESSION}) FROM STDIN ({COPY_OPTIONS})"

# Rollups grow by what the inserts really added, in the same statement: what comes a second time
# is in neither. One pass over each rollup, sorted, so that two hosts lock its rows in one order.
_ARRIVE = f"""
WITH clicks AS (
    INSERT INTO clicks_click ({_CLICK}, recorded_at)
    SELECT {_CLICK}, %(recorded_at)s FROM clicks_arriving
    ON CONFLICT DO NOTHING
    RETURNING clicked_at AT TIME ZONE 'UTC' AS at, {_IDS}, country, device,
        subs, counts
), impressions AS (
    INSERT INTO clicks_impression ({_IMPRESSION}, recorded_at)
    SELECT {_IMPRESSION}, %(recorded_at)s FROM impressions_arriving
    ON CONFLICT DO NOTHING
    RETURNING shown_at AT TIME ZONE 'UTC' AS at, {_IDS}, counts
), days AS (
    SELECT at::date AS day, {_IDS}, sum(clicks) AS clicks, sum(filtered) AS filtered,
        sum(impressions) AS impressions
    FROM (
        SELECT at, {_IDS}, counts::int AS clicks, (NOT counts)::int AS filtered, 0 AS impressions
        FROM clicks
        UNION ALL
        SELECT at, {_IDS}, 0, 0, 1 FROM impressions WHERE counts
    ) AS arrived
    GROUP BY 1, {_IDS}
), by_day AS (
    INSERT INTO clicks_clickday AS known (day, {_IDS}, clicks, filtered, impressions)
    SELECT day, {_IDS}, clicks, filtered, impressions
    FROM days ORDER BY day, partnership_id, link_id
    ON CONFLICT (day, partnership_id, link_id) DO UPDATE
    SET clicks = known.clicks + excluded.clicks, filtered = known.filtered + excluded.filtered,
        impressions = known.impressions + excluded.impressions
), total AS (
    INSERT INTO clicks_clicktotal AS known (day, {_OWNERS}, clicks, filtered, impressions)
    SELECT day, {_OWNERS}, sum(clicks), sum(filtered), sum(impressions)
    FROM days GROUP BY day, {_OWNERS} ORDER BY partnership_id, day
    ON CONFLICT (partnership_id, day) DO UPDATE
    SET clicks = known.clicks + excluded.clicks, filtered = known.filtered + excluded.filtered,
        impressions = known.impressions + excluded.impressions
), by_sub AS (
    INSERT INTO subs_arriving (day, {_IDS}, sub, value, clicks, filtered)
    SELECT at::date, {_IDS}, sub, subs ->> name AS value, sum(counts::int),
        sum((NOT counts)::int)
    FROM clicks, {SUBS} WHERE subs <> '{{}}' AND subs ->> name <> ''
    GROUP BY 1, {_IDS}, sub, value
), hours AS (
    SELECT date_trunc('hour', at) AS hour, brand_id, program_id, country, device,
        count(*) AS clicks
    FROM clicks WHERE counts GROUP BY 1, 2, 3, 4, 5
), by_hour AS (
    INSERT INTO clicks_clickhour AS known (hour, brand_id, program_id, country, device, clicks)
    SELECT hour AT TIME ZONE 'UTC', brand_id, program_id, country, device, clicks
    FROM hours ORDER BY 1, 3, 4, 5
    ON CONFLICT (hour, program_id, country, device) DO UPDATE
    SET clicks = known.clicks + excluded.clicks
), by_place AS (
    INSERT INTO clicks_clickplace AS known (day, brand_id, program_id, country, device, clicks)
    SELECT hour::date, brand_id, program_id, country, device, sum(clicks)
    FROM hours GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 1, 4, 5
    ON CONFLICT (program_id, day, country, device) DO UPDATE
    SET clicks = known.clicks + excluded.clicks
)
SELECT count(*), count(*) FILTER (WHERE NOT counts), count(*) FILTER (WHERE subs <> '{{}}')
FROM clicks
"""  # noqa: S608  (the columns are our own)

# Whether a value still gets rows of its own is decided against those that are there. The total of
# a partnership's day was counted up before, in this transaction: whoever else ships clicks of it
# waits there, so that this statement sees all rows, and two hosts never share out the same room.
_NAME = "partnership_id, day, sub"
_COUNT_SUBS = f"""
WITH arrived AS (
    SELECT *, sum(clicks) OVER (PARTITION BY {_NAME}, value) AS together, (
        SELECT true FROM clicks_clicksubtotal AS there
        WHERE ({_NAME}, value)
            = (arriving.partnership_id, arriving.day, arriving.sub, arriving.value) LIMIT 1
    ) IS NOT NULL AS is_known
    FROM subs_arriving AS arriving
), placed AS (
    SELECT *, dense_rank() OVER places AS place, row_number() OVER places = 1 AS is_first
    FROM arrived
    WINDOW places AS (PARTITION BY {_NAME}, is_known ORDER BY together DESC, value)
), judged AS (
    SELECT *, max(CASE WHEN is_first AND NOT is_known THEN (
        SELECT count(*) FROM clicks_clicksubtotal AS there
        WHERE ({_NAME}) = (placed.partnership_id, placed.day, placed.sub)
            AND value <> %(others)s
    ) END) OVER (PARTITION BY {_NAME}) AS named
    FROM placed
), sums AS (
    SELECT day, {_IDS}, sub,
        CASE WHEN is_known OR named + place <= %(named_max)s THEN value ELSE %(others)s END AS name,
        sum(clicks) AS clicks, sum(filtered) AS filtered
    FROM judged GROUP BY day, {_IDS}, sub, name
), by_link AS (
    INSERT INTO clicks_clicksub AS known (day, {_IDS}, sub, value, clicks, filtered)
    SELECT day, {_IDS}, sub, name, clicks, filtered
    FROM sums ORDER BY partnership_id, day, sub, name, link_id
    ON CONFLICT (partnership_id, day, sub, value, link_id) DO UPDATE
    SET clicks = known.clicks + excluded.clicks, filtered = known.filtered + excluded.filtered
)
INSERT INTO clicks_clicksubtotal AS known (day, {_OWNERS}, sub, value, clicks, filtered)
SELECT day, {_OWNERS}, sub, name, sum(clicks), sum(filtered)
FROM sums GROUP BY day, {_OWNERS}, sub, name ORDER BY partnership_id, day, sub, name
ON CONFLICT (partnership_id, day, sub, value) DO UPDATE
SET clicks = known.clicks + excluded.clicks, filtered = known.filtered + excluded.filtered
"""  # noqa: S608  (the columns are our own)


@transaction.atomic
def store_clicks(clicks: Sequence[ClickRow], impressions: Sequence[ImpressionRow] = ()) -> Stored:
    """Add clicks and impressions to their day partitions and to the rollups; those already there
    change nothing.

    The partitions must exist (`make_partitions`). Raises DataError or IntegrityError when a value
    does not fit.
    """
    if not clicks and not impressions:
        return Stored(0, 0)
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        _copy(cursor, _COPY_CLICKS, clicks)
        _copy(cursor, _COPY_IMPRESSIONS, impressions)
        cursor.execute(_ARRIVE, {"recorded_at": now()})
        new, filtered, with_subs = cursor.fetchone()
        if with_subs:
            said = dict[str, int | str](named_max=ClickSub.NAMED_MAX, others=ClickSub.OTHERS)
            cursor.execute(_COUNT_SUBS, said)
            cursor.execute("TRUNCATE subs_arriving")  # the transaction may go on with more
        return Stored(new, filtered)


def _copy(cursor: Any, statement: str, rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.write(copied(rows))


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
def pass_watermark(
    host: str,
    passed_at: datetime | None,
    *,
    backlog: int,
    shipped: int,
    segments_unreadable: int = 0,
) -> None:
    """Say how far a host's clicks have arrived. Without a moment the last one stays.

    `shipped` is how many events left the host's disk since the last call.
    """
    at = now()
    with connection.cursor() as cursor:
        # Written several times a second, and computed anew after a crash: not worth a sync.
        cursor.execute("SET LOCAL synchronous_commit = off")
    changes = {
        "seen_at": at,
        "backlog": backlog,
        "shipped_total": F("shipped_total") + shipped,
        "segments_unreadable": segments_unreadable,
    }
    if passed_at is not None:
        changes["passed_at"] = passed_at
    if not Watermark.objects.filter(pk=host).update(**changes):
        Watermark.objects.create(
            host=host,
            passed_at=passed_at or datetime.min.replace(tzinfo=at.tzinfo),
            seen_at=at,
            backlog=backlog,
            shipped_total=shipped,
            segments_unreadable=segments_unreadable,
        )
