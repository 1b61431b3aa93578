"""What one partner brought: a month beside the one before and beside the program, and a year of
months beside the year before, with the agreements that were in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED, OF_ORDER
from handsel.console.figures import IS_KNOWN, IS_NEW, NET_MINOR, Figure, share_ppm, within
from handsel.console.periods import Period, midnight, today
from handsel.partnerships.models import Agreement, Partnership

MONTHS = 12
MEASURES = ("revenue_minor", "orders", "commission_minor")
# Orders that stay credited whatever came back of them: what is "sent back" is a share of these.
CREDITED = ~Q(status=Commission.Status.DECLINED) & ~Q(
    reversed_because__in=(
        Commission.Reversal.ANOTHER_TOUCH,
        Commission.Reversal.NO_ELIGIBLE_TOUCH,
    )
)


@dataclass(frozen=True)
class Standing:
    """A partner's period. The program's shares are of all partners together."""

    revenue_minor: Figure
    commission_minor: int
    orders: int
    new_customers: int
    new_share_ppm: int | None
    program_new_share_ppm: int | None
    sent_back_ppm: int | None
    program_sent_back_ppm: int | None

    @property
    def share_ppm(self) -> int | None:
        return share_ppm(self.commission_minor, self.revenue_minor.value)


class Month(NamedTuple):
    first: date
    revenue_minor: int = 0
    orders: int = 0
    commission_minor: int = 0


class InForce(NamedTuple):
    """An agreement and the months of the drawing, counted from 0, in which it began and ended."""

    agreement: Agreement
    first: int
    last: int


def standing_of(partnership: Partnership, period: Period) -> Standing:
    """In two statements."""
    rows = Commission.objects.filter(program_id=partnership.program_id)
    rows = rows.filter(currency=partnership.program.currency).order_by()
    mine = rows.filter(partnership=partnership)
    now, before = within(period), within(period.before)
    earned = Q(status__in=EARNED)
    sums: dict[str, Any] = mine.filter(now | before).aggregate(
        revenue=Sum(NET_MINOR, filter=now & earned, default=0),
        revenue_before=Sum(NET_MINOR, filter=before & earned, default=0),
        commission=Sum("amount_minor", filter=now & earned, default=0),
        orders=Count("pk", filter=now & earned & OF_ORDER),
        **_shares(now & earned, now & CREDITED),
    )
    program: dict[str, Any] = rows.filter(now).aggregate(**_shares(earned, CREDITED))
    return Standing(
        revenue_minor=Figure(sums["revenue"], sums["revenue_before"]),
        commission_minor=sums["commission"],
        orders=sums["orders"],
        new_customers=sums["new"],
        new_share_ppm=share_ppm(sums["new"], sums["known"]),
        program_new_share_ppm=share_ppm(program["new"], program["known"]),
        sent_back_ppm=share_ppm(sums["returned"], sums["sold"]),
        program_sent_back_ppm=share_ppm(program["returned"], program["sold"]),
    )


def _shares(earned: Q, credited: Q) -> dict[str, Any]:
    return {
        "new": Count("pk", filter=earned & IS_NEW),
        "known": Count("pk", filter=earned & IS_KNOWN),
        "sold": Sum("conversion__amount_minor", filter=credited, default=0),
        "returned": Sum("conversion__refunded_minor", filter=credited, default=0),
    }


def months_of(partnership: Partnership) -> tuple[list[Month], list[Month]]:
    """The last twelve months, this one so far among them, and the twelve before those. The second
    is empty for who sold nothing then."""
    firsts = month_starts(2 * MONTHS)
    sums = (
        Commission.objects.filter(
            partnership=partnership,
            status__in=EARNED,
            currency=partnership.program.currency,
            occurred_at__gte=midnight(firsts[0]),
        )
        .order_by()
        .values_list(TruncMonth("occurred_at", tzinfo=UTC))
        .annotate(
            revenue=Sum(NET_MINOR, default=0),
            orders=Count("pk", filter=OF_ORDER),
            commission=Sum(F("amount_minor")),
        )
    )
    found = {at.date(): Month(at.date(), *rest) for at, *rest in sums}
    months = [found.get(first, Month(first)) for first in firsts]
    before, now = months[:MONTHS], months[MONTHS:]
    return now, before if any(month.orders for month in before) else []


def month_starts(count: int) -> list[date]:
    """The first days of so many months, the earliest first, this one last."""
    first = today().replace(day=1)
    starts = [first]
    while len(starts) < count:
        first = (first - timedelta(days=1)).replace(day=1)
        starts.append(first)
    return starts[::-1]


def in_force(agreements: Sequence[Agreement], months: Sequence[Month]) -> list[InForce]:
    """Which version was in force in which months: a month belongs to the one it ended with."""
    holders: list[Agreement | None] = []
    for month in months:
        last = (month.first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        holders.append(_holder(agreements, last, month.first))
    found: list[InForce] = []
    for place, holder in enumerate(holders):
        if holder is None:
            continue
        if found and found[-1].agreement.pk == holder.pk:
            found[-1] = found[-1]._replace(last=place)
        else:
            found.append(InForce(holder, place, place))
    return found


def _holder(agreements: Sequence[Agreement], last: date, first: date) -> Agreement | None:
    held = [
        agreement
        for agreement in agreements
        if agreement.valid_from.date() <= last
        and (agreement.valid_until is None or agreement.valid_until.date() > first)
    ]
    return max(held, key=lambda agreement: agreement.version, default=None)
