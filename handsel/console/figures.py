"""The figures of the overview: a period beside the one before it, in the program's currency.

Days are UTC's, and amounts are what orders of those days have come to by now: a refund lowers the
day of its order. What was declined or taken back counts nowhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate

from handsel.clicks.models import ClickDay
from handsel.commissions.queries import EARNED, commissions_of
from handsel.console.periods import Period
from handsel.engine.money import PPM, round_half_away
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

NET_MINOR = F("conversion__amount_minor") - F("conversion__refunded_minor")


@dataclass(frozen=True)
class Figure:
    """A figure of a period, of the one before, and its course, oldest first."""

    value: int
    before: int
    course: tuple[int, ...] = ()

    @property
    def change_ppm(self) -> int | None:
        """None where there was nothing before: no percentage says that."""
        if self.before <= 0:
            return None
        return round_half_away((self.value - self.before) * PPM, self.before)


class Day(NamedTuple):
    orders: int = 0
    revenue_minor: int = 0
    commission_minor: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class Figures:
    """`revenue_minor` is what buyers paid for goods and did not get back; `buckets` are the first
    days of what the courses are made of."""

    currency: str
    buckets: tuple[date, ...]
    revenue_minor: Figure
    revenue_before: tuple[int, ...]
    commission_minor: Figure
    orders: Figure
    clicks: Figure
    sold: Figure
    partner_count: int

    @property
    def is_unsold(self) -> bool:
        """Nothing was sold, neither in the period nor in the one before."""
        return not (self.orders.value or self.orders.before)

    @property
    def is_quiet(self) -> bool:
        """Not even a click came: there is nothing to compare."""
        return self.is_unsold and not (self.clicks.value or self.clicks.before)

    @property
    def share_ppm(self) -> int | None:
        """The commission as a share of the revenue."""
        return _share_ppm(self.commission_minor.value, self.revenue_minor.value)

    @property
    def share_before_ppm(self) -> int | None:
        return _share_ppm(self.commission_minor.before, self.revenue_minor.before)

    @property
    def order_value_minor(self) -> int:
        orders = self.orders.value
        return round_half_away(self.revenue_minor.value, orders) if orders else 0


class TopPartner(NamedTuple):
    partnership: Partnership
    orders: int
    revenue_minor: Figure
    commission_minor: int
    share_ppm: int | None


def figures_of_period(program: Program, member: Member, period: Period) -> Figures:
    """In four statements, however long the period is."""
    days = _days(program, member, period)
    rows = _earned(program, member)
    sold = rows.filter(occurred_at__gte=_start(period.first))
    sold_before = rows.filter(
        occurred_at__gte=_start(period.before.first), occurred_at__lt=_start(period.first)
    )
    partners = Partnership.objects.visible_to(member).filter(program=program, ended_at=None)
    revenue, commission, orders, clicks = (
        _figure(days, period, name)
        for name in ("revenue_minor", "commission_minor", "orders", "clicks")
    )
    return Figures(
        currency=program.currency,
        buckets=period.buckets,
        revenue_minor=revenue,
        revenue_before=_course(days, period.before, "revenue_minor"),
        commission_minor=commission,
        orders=orders,
        clicks=clicks,
        sold=Figure(
            sold.aggregate(n=Count("partnership", distinct=True))["n"],
            sold_before.aggregate(n=Count("partnership", distinct=True))["n"],
        ),
        partner_count=partners.count(),
    )


def top_partners(
    program: Program, member: Member, period: Period, limit: int = 7
) -> list[TopPartner]:
    """Who earned most in the period, with the course of what their orders brought."""
    rows = _earned(program, member)
    sums: Sequence[dict[str, Any]] = (
        rows.filter(occurred_at__gte=_start(period.first))
        .values("partnership")
        .annotate(orders=Count("pk"), revenue=Sum(NET_MINOR), commission=Sum("amount_minor"))
        .order_by("-commission", "partnership")[:limit]
    )
    ids = [row["partnership"] for row in sums]
    partnerships = Partnership.objects.select_related("partner").in_bulk(ids)
    revenue = _revenue_by_partnership(rows.filter(partnership__in=ids), period)
    return [
        TopPartner(
            partnerships[row["partnership"]],
            row["orders"],
            _figure(revenue[row["partnership"]], period, "revenue_minor"),
            row["commission"],
            _share_ppm(row["commission"], row["revenue"]),
        )
        for row in sums
    ]


def _earned(program: Program, member: Member) -> Any:
    rows = commissions_of(member, program=program).filter(
        status__in=EARNED, currency=program.currency
    )
    return rows.order_by()


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _days(program: Program, member: Member, period: Period) -> dict[date, Day]:
    first = period.before.first
    earned = (
        _earned(program, member)
        .filter(occurred_at__gte=_start(first))
        .values_list(TruncDate("occurred_at"))
        .annotate(orders=Count("pk"), revenue=Sum(NET_MINOR), commission=Sum("amount_minor"))
    )
    days = {day: Day(*sums) for day, *sums in earned}
    clicks = (
        ClickDay.objects.visible_to(member)
        .filter(program_id=program.pk, day__gte=first)
        .values_list("day")
        .annotate(clicks=Sum("clicks"))
    )
    for day, total in clicks:
        days[day] = days.get(day, Day())._replace(clicks=total)
    return days


def _revenue_by_partnership(rows: Any, period: Period) -> dict[str, dict[date, Day]]:
    found: dict[str, dict[date, Day]] = defaultdict(dict)
    sums = (
        rows.filter(occurred_at__gte=_start(period.before.first))
        .values_list("partnership", TruncDate("occurred_at"))
        .annotate(revenue=Sum(NET_MINOR))
    )
    for partnership, day, revenue_minor in sums:
        found[partnership][day] = Day(revenue_minor=revenue_minor)
    return found


def _figure(days: dict[date, Day], period: Period, name: str) -> Figure:
    course = _course(days, period, name)
    return Figure(sum(course), sum(_course(days, period.before, name)), course)


def _course(days: dict[date, Day], period: Period, name: str) -> tuple[int, ...]:
    sums = [0] * len(period.buckets)
    for day, sum_ in days.items():
        if period.first <= day <= period.last:
            sums[(day - period.first).days // period.bucket_days] += getattr(sum_, name)
    return tuple(sums)


def _share_ppm(part_minor: int, whole_minor: int) -> int | None:
    return round_half_away(part_minor * PPM, whole_minor) if whole_minor > 0 else None
