from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """A rollup that is not what its rows add up to."""

    rollup: str
    day: date
    key: str
    rolled_up: int
    recounted: int


# `days` are those whose rows are still there: older rollups have outlived what they counted.
_DIFFERENCES = """
WITH days AS (
    SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') AS day
    FROM pg_inherits WHERE inhparent = 'clicks_click'::regclass
), rolled_up AS (
    SELECT 'day' AS rollup, day, link_id::text || ' ' || partnership_id AS key, clicks AS n
    FROM clicks_clickday
    UNION ALL
    SELECT 'day, filtered', day, link_id::text || ' ' || partnership_id, filtered
    FROM clicks_clickday
    UNION ALL
    SELECT 'hour', (hour AT TIME ZONE 'UTC')::date,
        hour::text || ' ' || program_id || ' ' || country || ' ' || device, clicks
    FROM clicks_clickhour
), recounted AS (
    SELECT 'day' AS rollup, (clicked_at AT TIME ZONE 'UTC')::date AS day,
        link_id::text || ' ' || partnership_id AS key, count(*) AS n
    FROM clicks_click WHERE filtered_reason IS NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'day, filtered', (clicked_at AT TIME ZONE 'UTC')::date,
        link_id::text || ' ' || partnership_id, count(*)
    FROM clicks_click WHERE filtered_reason IS NOT NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'hour', (clicked_at AT TIME ZONE 'UTC')::date,
        (date_trunc('hour', clicked_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::text
            || ' ' || program_id || ' ' || country || ' ' || device, count(*)
    FROM clicks_click WHERE filtered_reason IS NULL GROUP BY 1, 2, 3
)
SELECT rollup, day, key, coalesce(u.n, 0), coalesce(c.n, 0)
FROM rolled_up u FULL JOIN recounted c USING (rollup, day, key)
WHERE day IN (SELECT day FROM days) AND coalesce(u.n, 0) <> coalesce(c.n, 0)
ORDER BY 1, 2, 3
"""


def rollup_differences() -> list[Difference]:
    """Where rollups differ from a recount of the rows they roll up: nowhere, if all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]
