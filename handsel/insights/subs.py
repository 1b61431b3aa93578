"""What the places of a partner brought, by the value of one of five sub-ids: clicks, the orders
they led to, and what these earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from handsel.clicks.models import ClickSub
from handsel.clock import now
from handsel.commissions.queries import EARNED
from handsel.environment import environment
from handsel.ids import from_uuid, to_uuid
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.tracking.subs import SUBS

DAYS = 90
ROWS_MAX = 100

Place = Program | Partnership | Link


@dataclass(frozen=True, slots=True)
class SubRow:
    """`commission_minor` is in the program's currency, declined and reversed left out."""

    value: str
    clicks: int = 0
    orders: int = 0
    commission_minor: int = 0
    partnership_id: str | None = None
    partner_name: str = ""


@dataclass(frozen=True, slots=True)
class SubReport:
    """Of one sub-id since a day (UTC). `rows` are the values that earned most, then those most
    clicked, of `values_total` in all. `others` are the clicks of values beyond those that a day
    has room for (see ClickSub), where there are such."""

    sub: int
    since: datetime
    rows: Sequence[SubRow]
    others: SubRow | None
    values_total: int

    @property
    def name(self) -> str:
        return SUBS[self.sub - 1]

    @property
    def choices(self) -> list[tuple[int, str]]:
        return list(enumerate(SUBS, 1))

    @property
    def named_max(self) -> int:
        return ClickSub.NAMED_MAX

    @property
    def more(self) -> int:
        """How many values are not among the rows."""
        return self.values_total - len(self.rows)


# A touch has the time of its click to the millisecond: one partition, found by the key. What an
# order earned stands beside its click: in the value's own row, or with the others of that day.
_REPORT = """
WITH clicked AS (
    SELECT partnership_id, value, sum(clicks) AS clicks
    FROM {table} AS s
    WHERE {rollup} AND s.sub = %(sub)s AND s.day >= %(since_on)s
    GROUP BY 1, 2
), earned AS (
    SELECT c.partnership_id, CASE WHEN EXISTS (
            SELECT FROM clicks_clicksubtotal AS s
            WHERE s.partnership_id = c.partnership_id
                AND s.day = (c.clicked_at AT TIME ZONE 'UTC')::date
                AND s.sub = %(sub)s AND s.value = c.subs ->> %(name)s
        ) THEN c.subs ->> %(name)s ELSE %(others)s END AS value,
        count(DISTINCT m.conversion_id) AS orders, sum(m.amount_minor) AS amount_minor
    FROM conversions_touch AS t
    JOIN clicks_click AS c ON c.click_id = t.click_id AND c.clicked_at = t.touched_at
    JOIN commissions_commission AS m ON m.conversion_id = t.conversion_id
        AND m.partnership_id = t.partnership_id
    WHERE {touches} AND {clicks} AND t.verdict = 'credited' AND t.touched_at >= %(since)s
        AND c.clicked_at >= %(since)s AND c.subs ->> %(name)s <> '' AND m.status = ANY(%(status)s)
    GROUP BY 1, 2
), found AS (
    SELECT nullif(value, %(others)s) AS value,
        CASE WHEN value <> %(others)s THEN partnership_id END AS partnership_id,
        sum(coalesce(clicks, 0)) AS clicks, sum(coalesce(orders, 0)) AS orders,
        sum(coalesce(amount_minor, 0)) AS amount_minor
    FROM clicked FULL JOIN earned USING (partnership_id, value)
    GROUP BY 1, 2
)
SELECT value, clicks, orders, amount_minor, partnership_id, (
        SELECT o.name FROM partnerships_partnership AS p
        JOIN organizations_organization AS o ON o.id = p.partner_id
        WHERE p.id = found.partnership_id
    ), count(value) OVER ()
FROM found
ORDER BY value IS NOT NULL, amount_minor DESC, clicks DESC, value, partnership_id
LIMIT %(limit)s
"""


def subs_lately(
    place: Place, sub: int = 1, *, days: int = DAYS, limit: int = ROWS_MAX
) -> SubReport:
    """Of the last days, today included, as far back as clicks are kept."""
    first = now().astimezone(UTC) - timedelta(days=min(days, environment().click_days_kept) - 1)
    since = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return subs_since(place, sub, since, limit=limit)


def subs_since(place: Place, sub: int, since: datetime, *, limit: int = ROWS_MAX) -> SubReport:
    """Of all clicks of a program, a partnership or a link. What is not in it carried no such
    sub-id, or came without a click."""
    narrowed, touches = _narrowed(place)
    query = _REPORT.format(
        table="clicks_clicksub" if isinstance(place, Link) else "clicks_clicksubtotal",
        rollup=_all(narrowed, "s"),
        clicks=_all(narrowed, "c"),
        touches=_all(narrowed, touches),
    )
    said = {
        **narrowed,
        "sub": sub,
        "name": SUBS[sub - 1],
        "since": since,
        "since_on": since.date(),
        "others": ClickSub.OTHERS,
        "status": list(EARNED),
        "limit": limit + 1,  # the others
    }
    with connection.cursor() as cursor:
        cursor.execute(query, said)
        found = cursor.fetchall()
    rows = [_row(*row[:4], partnership=row[4:6]) for row in found]
    others = rows.pop(0) if found and found[0][0] is None else None
    return SubReport(sub, since, rows[:limit], others, found[0][-1] if found else 0)


def _narrowed(place: Place) -> tuple[Mapping[str, Any], str]:
    """The columns that say whose, and which of an order's tables has them."""
    if isinstance(place, Program):
        return {"program_id": to_uuid(place.pk)}, "m"
    if isinstance(place, Partnership):
        return {"partnership_id": to_uuid(place.pk)}, "t"
    return {"partnership_id": to_uuid(place.partnership_id), "link_id": to_uuid(place.pk)}, "t"


def _all(narrowed: Mapping[str, Any], table: str) -> str:
    return " AND ".join(f"{table}.{name} = %({name})s" for name in narrowed)


def _row(value: str | None, *sums: Decimal, partnership: tuple[UUID | None, str | None]) -> SubRow:
    (clicks, orders, amount_minor), (pk, name) = sums, partnership
    return SubRow(
        value=value or ClickSub.OTHERS,
        clicks=int(clicks),
        orders=int(orders),
        commission_minor=int(amount_minor),
        partnership_id=from_uuid(pk, "par") if pk else None,
        partner_name=name or "",
    )
