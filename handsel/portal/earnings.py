"""What a partner earned: by day, by month, by the place it came from, and where the money stands.

Money is never added up across currencies. Days and months are those of the orders, in UTC.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.db.models.lookups import Exact

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED, by_day, commissions_of
from handsel.conversions.models import Touch
from handsel.ledger.chart import Kind
from handsel.ledger.queries import balances
from handsel.links.models import Code, Link
from handsel.partnerships.models import Partnership
from handsel.payouts.models import STANDING, Payout, PayoutLine
from handsel.payouts.queries import paid_minor_of
from handsel.rows.fields import IdField
from handsel.rows.querysets import ActsFor, SharedQuerySet

STATES = ("pending", "withheld", "approved", "in_batch", "sent", "paid", "declined", "reversed")
PAID_OUT = (
    (Payout.Status.QUEUED, "in_batch"),
    (Payout.Status.SENT, "sent"),
    (Payout.Status.PAID, "paid"),
)


class StateTotal(NamedTuple):
    state: str
    currency: str
    commissions_total: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Period:
    """A month so far, in one currency. `days_minor` has a value for each day that has begun;
    `before_minor` is what the same days of the month before brought."""

    currency: str
    amount_minor: int
    commissions_total: int
    days_minor: tuple[int, ...]
    before_minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the money of one currency stands: as the ledger has it, and what payouts brought.

    `on_its_way_minor` was approved to be paid, and is not yet known to have arrived;
    `owed_back_minor` was paid and taken back since.
    """

    currency: str
    pending_minor: int
    payable_minor: int
    on_its_way_minor: int
    paid_minor: int
    owed_back_minor: int


@dataclass(frozen=True, slots=True)
class Place:
    """What one link or code has earned, in one currency. Neither: a credit without a touch."""

    link: Link | None
    code: Code | None
    currency: str
    commissions_total: int
    amount_minor: int


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def own_commissions(
    member: ActsFor,
    *,
    since: date | None = None,
    until: date | None = None,
    status: str = "",
    **filters: Any,
) -> SharedQuerySet[Any]:
    """The partner's commissions, the latest order first, each with its `state`; `until` is
    excluded.

    `status` is a state; `pending` has the withheld ones too, so that it adds up to what the ledger
    calls so.
    """
    rows = commissions_of(
        member,
        since=midnight(since) if since else None,
        until=midnight(until) if until else None,
        status=status if status in ("pending", "withheld") else "",
        **filters,
    )
    rows = rows.filter(partner_id=member.organization_id).annotate(state=_state())
    return rows.filter(state=status) if status not in ("", "pending", "withheld") else rows


def _state() -> Case:
    """How far a commission's money is, as a badge's code (`ui.states`)."""
    lines = PayoutLine.objects.filter(commission=OuterRef("pk"), payout__status__in=STANDING)
    payout = Subquery(lines.order_by("-payout_id").values("payout__status")[:1])
    approved = Q(status=Commission.Status.APPROVED)
    return Case(
        When(~Q(status__in=EARNED), then=F("status")),
        *(When(approved & Q(Exact(payout, at)), then=Value(code)) for at, code in PAID_OUT),
        When(withheld_at__isnull=False, then=Value("withheld")),
        default=F("status"),
    )


def totals(rows: SharedQuerySet[Any]) -> list[StateTotal]:
    """What commissions come to by state and currency, in the order in which money moves."""
    sums = (
        rows.order_by()
        .values_list("state", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount_minor"))
    )
    found = [StateTotal(*row) for row in sums]
    return sorted(found, key=lambda total: (STATES.index(total.state), total.currency))


def this_month(member: ActsFor, today: date) -> list[Period]:
    """The month so far, the currency with most orders first; empty when two months brought
    nothing."""
    month, before = month_start(today), month_before(today)
    rows = by_day(own_commissions(member, since=before, until=month_after(month)))
    by_currency: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        by_currency[row.currency][row.day] = (row.amount_minor, row.orders_total)
    # The last days of a long month have no like in a short one before it.
    same_day = min(before + timedelta(days=today.day - 1), month - timedelta(days=1))
    periods = []
    for currency, days in by_currency.items():
        so_far = [days.get(month + timedelta(days=n), (0, 0)) for n in range(today.day)]
        periods.append(
            Period(
                currency=currency,
                amount_minor=sum(amount for amount, _ in so_far),
                commissions_total=sum(count for _, count in so_far),
                days_minor=tuple(amount for amount, _ in so_far),
                before_minor=sum(amount for day, (amount, _) in days.items() if day <= same_day),
            )
        )
    return sorted(periods, key=lambda period: (-period.commissions_total, period.currency))


def standings(partnerships: Iterable[Partnership]) -> dict[str, Standing]:
    """By currency: what waits for returns, what is approved and owed, and what was paid."""
    owners = list(partnerships)
    held: dict[str, dict[Kind, int]] = defaultdict(lambda: defaultdict(int))
    for balance in balances(owners=[partnership.pk for partnership in owners]):
        held[balance.currency][balance.kind] += balance.amount_minor
    paid = paid_minor_of(owners)
    return {
        currency: Standing(
            currency=currency,
            pending_minor=kinds[Kind.PENDING],
            payable_minor=kinds[Kind.PAYABLE],
            on_its_way_minor=kinds[Kind.IN_TRANSIT],
            paid_minor=paid.get(currency, 0),
            owed_back_minor=kinds[Kind.RECEIVABLE],
        )
        for currency, kinds in sorted(held.items())
    }


def months_with_orders(member: ActsFor) -> list[date]:
    """The first days of all months that have something to show, the latest first."""
    found = own_commissions(member).annotate(month=TruncMonth("occurred_at")).order_by("-month")
    return [month.date() for month in found.values_list("month", flat=True).distinct()]


def by_place(rows: SharedQuerySet[Any]) -> list[Place]:
    """What commissions earned by the credited link or code, the most of each currency first."""
    credited = Touch.objects.filter(
        conversion=OuterRef("conversion"), partnership=OuterRef("partnership"), verdict="credited"
    )
    sums: Sequence[dict[str, Any]] = (
        rows.filter(status__in=EARNED)
        .annotate(
            link=Subquery(credited.values("link")[:1], IdField("lnk", primary_key=False)),
            code=Subquery(credited.values("code")[:1], IdField("cod", primary_key=False)),
        )
        .order_by()
        .values("link", "code", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount_minor"))
        .order_by("currency", "-amount", "link", "code")
    )
    links = Link.objects.in_bulk([row["link"] for row in sums if row["link"]])
    codes = Code.objects.in_bulk([row["code"] for row in sums if row["code"]])
    return [
        Place(
            link=links.get(row["link"]),
            code=codes.get(row["code"]),
            currency=row["currency"],
            commissions_total=row["count"],
            amount_minor=row["amount"],
        )
        for row in sums
    ]
