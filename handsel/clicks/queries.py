from dataclasses import dataclass
from datetime import date

from django.db import connection

from handsel.clicks.models import ClickSub
from handsel.tracking import subs


@dataclass(frozen=True)
class Difference:
    """A rollup that is not what its rows add up to."""

    rollup: str
    day: date
    key: str
    rolled_up: int
    recounted: int


# The numbers of the sub-ids, beside their names in a click's row.
_NAMES = ", ".join(f"({number}, '{name}')" for number, name in enumerate(subs.SUBS, 1))
SUBS = f"(VALUES {_NAMES}) AS names (sub, name)"

# `days` are those whose rows are still there: older rollups have outlived what they counted.
_LINK = "link_id::text || ' ' || partnership_id"
_DIFFERENCES = f"""
WITH days AS (
    SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') AS day
    FROM pg_inherits WHERE inhparent = 'clicks_click'::regclass
), clicks AS (
    SELECT clicked_at AT TIME ZONE 'UTC' AS at, {_LINK} AS link, subs,
        partnership_id::text AS partnership,
        ' ' || program_id || ' ' || country || ' ' || device AS audience, counts
    FROM clicks_click
), said AS (
    SELECT at::date AS day, partnership, link, sub, subs ->> name AS value, counts
    FROM clicks, {SUBS} WHERE subs ->> name <> ''
), named AS (
    SELECT DISTINCT day, partnership_id::text AS partnership, sub, value, value AS name
    FROM clicks_clicksub WHERE value <> %(others)s
), by_sub AS (
    SELECT day, link, partnership, ' s' || sub || ' ' || coalesce(name, %(others)s) AS name, counts
    FROM said LEFT JOIN named USING (day, partnership, sub, value)
), rolled_up AS (
    SELECT 'day' AS rollup, day, {_LINK} AS key, clicks AS n FROM clicks_clickday
    UNION ALL
    SELECT 'day, filtered', day, {_LINK}, filtered FROM clicks_clickday
    UNION ALL
    SELECT 'day, impressions', day, {_LINK}, impressions FROM clicks_clickday
    UNION ALL
    SELECT 'total', day, partnership_id::text, clicks FROM clicks_clicktotal
    UNION ALL
    SELECT 'total, filtered', day, partnership_id::text, filtered FROM clicks_clicktotal
    UNION ALL
    SELECT 'total, impressions', day, partnership_id::text, impressions FROM clicks_clicktotal
    UNION ALL
    SELECT 'place', day, program_id || ' ' || country || ' ' || device, clicks
    FROM clicks_clickplace
    UNION ALL
    SELECT 'sub', day, {_LINK} || ' s' || sub || ' ' || value, clicks FROM clicks_clicksub
    UNION ALL
    SELECT 'sub, filtered', day, {_LINK} || ' s' || sub || ' ' || value, filtered
    FROM clicks_clicksub
    UNION ALL
    SELECT 'sub total', day, partnership_id::text || ' s' || sub || ' ' || value, clicks
    FROM clicks_clicksubtotal
    UNION ALL
    SELECT 'sub total, filtered', day, partnership_id::text || ' s' || sub || ' ' || value, filtered
    FROM clicks_clicksubtotal
    UNION ALL
    SELECT 'sub, named', day, partnership || ' s' || sub, least(count(*), %(named_max)s)
    FROM named GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'hour', (hour AT TIME ZONE 'UTC')::date,
        (hour AT TIME ZONE 'UTC')::text || ' ' || program_id || ' ' || country || ' ' || device,
        clicks
    FROM clicks_clickhour
), recounted AS (
    SELECT CASE WHEN counts THEN 'day' ELSE 'day, filtered' END AS rollup, at::date AS day,
        link AS key, count(*) AS n
    FROM clicks GROUP BY 1, 2, 3
    UNION ALL
    SELECT CASE WHEN counts THEN 'total' ELSE 'total, filtered' END, at::date, partnership,
        count(*)
    FROM clicks GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'place', at::date, ltrim(audience), count(*) FROM clicks WHERE counts GROUP BY 1, 2, 3
    UNION ALL
    SELECT CASE WHEN counts THEN 'sub' ELSE 'sub, filtered' END, day, link || name, count(*)
    FROM by_sub GROUP BY 1, 2, 3
    UNION ALL
    SELECT CASE WHEN counts THEN 'sub total' ELSE 'sub total, filtered' END, day,
        partnership || name, count(*)
    FROM by_sub GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'sub, named', day, partnership || ' s' || sub,
        least(count(DISTINCT value), %(named_max)s)
    FROM said GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'hour', at::date, date_trunc('hour', at)::text || audience, count(*)
    FROM clicks WHERE counts GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'day, impressions', (shown_at AT TIME ZONE 'UTC')::date, {_LINK}, count(*)
    FROM clicks_impression WHERE counts GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'total, impressions', (shown_at AT TIME ZONE 'UTC')::date, partnership_id::text,
        count(*)
    FROM clicks_impression WHERE counts GROUP BY 1, 2, 3
)
SELECT rollup, day, key, coalesce(u.n, 0), coalesce(c.n, 0)
FROM rolled_up u FULL JOIN recounted c USING (rollup, day, key)
WHERE day IN (SELECT day FROM days) AND coalesce(u.n, 0) <> coalesce(c.n, 0)
ORDER BY 1, 2, 3
"""  # noqa: S608  (the expressions are our own)


def rollup_differences() -> list[Difference]:
    """Where rollups differ from a recount of the rows they roll up: nowhere, if all is well.

    Of sub-ids, each value that has rows of its own is recounted, and all that have none together;
    only where there is no room for more may there be such.
    """
    with connection.cursor() as cursor:
        said = dict[str, int | str](named_max=ClickSub.NAMED_MAX, others=ClickSub.OTHERS)
        cursor.execute(_DIFFERENCES, said)
        return [Difference(*row) for row in cursor.fetchall()]
