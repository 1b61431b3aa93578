"""Lists and totals of commissions, for what a member may see.

Every function takes the rows it looks at, as from `commissions_of(member, program=…)`; money is
never added up across currencies.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from handsel.commissions.models import Commission
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.querysets import ActsFor, SharedQuerySet

Status = Commission.Status
# What a partner is owed, or was paid: neither declined nor reversed.
EARNED = (Status.PENDING, Status.APPROVED)
# Where orders are counted: what is paid for anything else has none.
OF_ORDER = Q(kind=Commission.Kind.ORDER)


class Total(NamedTuple):
    status: str
    currency: str
    commissions_total: int
    amount_minor: int


class DayTotal(NamedTuple):
    """What a day (UTC) has earned by now, and with how many orders."""

    day: date
    currency: str
    orders_total: int
    amount_minor: int


class PartnershipTotal(NamedTuple):
    partnership: Partnership
    currency: str
    commissions_total: int
    amount_minor: int
    order_minor: int


def commissions_of(
    member: ActsFor | None,
    *,
    program: Program | None = None,
    partnership: Partnership | None = None,
    status: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> SharedQuerySet[Any]:
    """The commissions a member may see, the latest order first; `since` and `until` (excluded) are
    moments of the orders. `status` may also be `withheld` or `provisional`."""
    rows = Commission.objects.visible_to(member)
    if program is not None:
        rows = rows.filter(program=program)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    if status == "withheld":
        rows = rows.filter(withheld_at__isnull=False, status__in=EARNED)
    elif status == "provisional":
        rows = rows.filter(provisional=True, status__in=EARNED)
    elif status:
        rows = rows.filter(status=status)
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    if until is not None:
        rows = rows.filter(occurred_at__lt=until)
    return rows.select_related("partnership__partner", "program", "conversion").order_by(
        "-occurred_at", "-pk"
    )


def is_first_of_order() -> Combinable:
    """Whether no other partner's commission of the same order comes before it: an order that
    several share counts once."""
    others = Commission.objects.filter(
        conversion=OuterRef("conversion"), status__in=EARNED, pk__lt=OuterRef("pk")
    )
    return ~Exists(others)


def totals(rows: SharedQuerySet[Any]) -> list[Total]:
    """By status and currency. Those of `pending` and `approved` are the ledger's `pending` and,
    until payouts take from it, `payable`."""
    sums = (
        rows.order_by("status", "currency")
        .values_list("status", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount_minor"))
    )
    return [Total(*row) for row in sums]


def by_day(rows: SharedQuerySet[Any]) -> list[DayTotal]:
    """What was earned on each day that had an order, by currency, the earliest first."""
    sums = (
        rows.filter(status__in=EARNED)
        .annotate(day=TruncDate("occurred_at"))
        .order_by("day", "currency")
        .values_list("day", "currency")
        .annotate(count=Count("pk", filter=OF_ORDER), amount=Sum("amount_minor"))
    )
    return [DayTotal(*row) for row in sums]


def top_partnerships(rows: SharedQuerySet[Any], limit: int = 10) -> list[PartnershipTotal]:
    """Who earned most, by currency; `order_minor` is what their orders are worth after refunds."""
    sums: Sequence[dict[str, Any]] = (
        rows.filter(status__in=EARNED)
        .order_by()
        .values("partnership_id", "currency")
        .annotate(
            count=Count("pk", filter=OF_ORDER & Q(amount_minor__gt=0)),
            amount=Sum("amount_minor"),
            ordered=Sum(F("conversion__amount_minor") - F("conversion__refunded_minor"), default=0),
        )
        .order_by("-amount", "partnership_id")[:limit]
    )
    partnerships = Partnership.objects.select_related("partner").in_bulk(
        [row["partnership_id"] for row in sums]
    )
    return [
        PartnershipTotal(
            partnerships[row["partnership_id"]],
            row["currency"],
            row["count"],
            row["amount"],
            row["ordered"],
        )
        for row in sums
    ]
