"""Who brought most in a period: sums, the course of sixteen weeks, and how they are doing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from handsel.commissions.queries import OF_ORDER
from handsel.console.figures import (
    IS_KNOWN,
    IS_NEW,
    NET_MINOR,
    Figure,
    bin_of,
    earned,
    share_ppm,
    within,
)
from handsel.console.periods import Period, midnight
from handsel.engine.health import Health
from handsel.insights.health import health_of
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

WEEKS = 16


class TopPartner(NamedTuple):
    """`share_ppm` is the commission's of the revenue; `weeks` the revenue of the last sixteen."""

    partnership: Partnership
    orders: int
    revenue_minor: Figure
    new_share_ppm: int | None
    commission_minor: int
    share_ppm: int | None
    weeks: tuple[int, ...]
    health: Health


def top_partners(
    program: Program, member: Member, period: Period, limit: int = 7
) -> list[TopPartner]:
    """The partners whose orders were worth most, the first first."""
    rows = earned(program, member)
    now, before = within(period), within(period.before)
    sums: Sequence[dict[str, Any]] = (
        rows.filter(now | before)
        .values("partnership")
        .annotate(
            orders=Count("pk", filter=now & OF_ORDER),
            revenue=Sum(NET_MINOR, filter=now, default=0),
            revenue_before=Sum(NET_MINOR, filter=before, default=0),
            commission=Sum("amount_minor", filter=now, default=0),
            new=Count("pk", filter=now & IS_NEW),
            known=Count("pk", filter=now & IS_KNOWN),
        )
        .filter(orders__gt=0)
        .order_by("-revenue", "partnership")[:limit]
    )
    ids = [row["partnership"] for row in sums]
    partnerships = Partnership.objects.select_related("partner").in_bulk(ids)
    weeks = _weeks(rows.filter(partnership__in=ids), period)
    healths = health_of(partnerships.values())
    return [
        TopPartner(
            partnership=partnerships[pk],
            orders=row["orders"],
            revenue_minor=Figure(row["revenue"], row["revenue_before"]),
            new_share_ppm=share_ppm(row["new"], row["known"]),
            commission_minor=row["commission"],
            share_ppm=share_ppm(row["commission"], row["revenue"]),
            weeks=weeks[pk],
            health=healths[pk],
        )
        for pk, row in zip(ids, sums, strict=True)
    ]


def _weeks(rows: Any, period: Period) -> dict[str, tuple[int, ...]]:
    """The revenue of the sixteen weeks that end with the period, by partnership."""
    starts_at = midnight(period.last + timedelta(days=1 - 7 * WEEKS))
    found: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    sums = (
        rows.filter(occurred_at__gte=starts_at, occurred_at__lt=period.ends_at)
        .values_list("partnership", bin_of(7, starts_at))
        .annotate(revenue=Sum(NET_MINOR))
    )
    for partnership, week, revenue_minor in sums:
        found[partnership][(week - starts_at).days // 7] = revenue_minor
    return defaultdict(lambda: (0,) * WEEKS, {pk: tuple(weeks) for pk, weeks in found.items()})
