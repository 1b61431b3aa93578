"""The figures of the overview: a period beside the one before it, in the program's currency.

Days are UTC's, and amounts are what orders of those days have come to by now: a refund lowers the
day of its order. What was declined or taken back counts nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, F, Func, Min, Q, Sum, Value

from handsel.clicks.models import ClickTotal
from handsel.commissions.queries import EARNED, OF_ORDER, commissions_of, is_first_of_order
from handsel.console.periods import Period
from handsel.engine.money import PPM, round_half_away
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

NET_MINOR = F("conversion__amount_minor") - F("conversion__refunded_minor")
SPARK_MAX = 16
# An order that several partners share, with the first of their commissions only.
ONCE = Q(once=True)
IS_NEW = Q(conversion__customer_is_new=True)
IS_KNOWN = Q(conversion__customer_is_new__isnull=False)


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

    @property
    def spark(self) -> tuple[int, ...]:
        """The course in few enough points for a line of an inch."""
        step = -(-len(self.course) // SPARK_MAX) or 1
        starts = range(len(self.course) % step, len(self.course), step)
        return tuple(sum(self.course[start : start + step]) for start in starts)

    @property
    def difference(self) -> int:
        return self.value - self.before


class Bucket(NamedTuple):
    """What the orders of a few days came to. `known` is the orders of which somebody can say
    whether the customer was new; `sold` counts partnerships."""

    orders: int = 0
    revenue_minor: int = 0
    commission_minor: int = 0
    new_customers: int = 0
    known: int = 0
    sold: int = 0


@dataclass(frozen=True)
class Figures:
    """`revenue_minor` is what buyers paid for goods and did not get back; `buckets` are the first
    days of what the courses are made of. `known` is the orders whose customer is known to be new
    or not; `first_sales` counts partners who sold for the first time ever."""

    currency: str
    buckets: tuple[date, ...]
    revenue_minor: Figure
    revenue_before: tuple[int, ...]
    commission_minor: Figure
    orders: Figure
    new_customers: Figure
    known: Figure
    clicks: Figure
    sold: Figure
    first_sales: int
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
        return share_ppm(self.commission_minor.value, self.revenue_minor.value)

    @property
    def share_before_ppm(self) -> int | None:
        return share_ppm(self.commission_minor.before, self.revenue_minor.before)

    @property
    def new_share_ppm(self) -> int | None:
        """How many of the orders were a customer's first, where that is known."""
        return share_ppm(self.new_customers.value, self.known.value)

    @property
    def new_share_change_ppm(self) -> int | None:
        before = share_ppm(self.new_customers.before, self.known.before)
        if before is None or self.new_share_ppm is None:
            return None
        return self.new_share_ppm - before

    @property
    def order_value_minor(self) -> int:
        orders = self.orders.value
        return round_half_away(self.revenue_minor.value, orders) if orders else 0


def figures_of_period(program: Program, member: Member, period: Period) -> Figures:
    """In a few statements, however long the period is."""
    current, before = _both(earned(program, member), period)
    partners = Partnership.objects.visible_to(member).filter(program=program).going_on()
    sold, first_sales = _sellers(program, member, period)

    def figure(name: str) -> Figure:
        course, old = _course(current, period, name), _course(before, period.before, name)
        return Figure(sum(course), sum(old), course)

    return Figures(
        currency=program.currency,
        buckets=period.buckets,
        revenue_minor=figure("revenue_minor"),
        revenue_before=_course(before, period.before, "revenue_minor"),
        commission_minor=figure("commission_minor"),
        orders=figure("orders"),
        new_customers=figure("new_customers"),
        known=figure("known"),
        clicks=_clicks(program, member, period),
        sold=Figure(*sold, _course(current, period, "sold")),
        first_sales=first_sales,
        partner_count=partners.count(),
    )


Buckets = Mapping[int, Bucket]


def _both(rows: Any, period: Period) -> tuple[Buckets, Buckets]:
    """The buckets of a period and of the one before; in one statement where none is cut short."""
    count = len(period.buckets)
    if period.days % period.bucket_days:
        return buckets_of(rows, period), buckets_of(rows, period.before)
    found = buckets_of(rows, Period(period.before.first, 2 * period.days, period.bucket_days))
    current = {place - count: bucket for place, bucket in found.items() if place >= count}
    return current, {place: bucket for place, bucket in found.items() if place < count}


def earned(program: Program, member: Member) -> Any:
    """The program's commissions that are owed or were paid, in its currency."""
    rows = commissions_of(member, program=program).filter(
        status__in=EARNED, currency=program.currency
    )
    return rows.order_by()


def within(period: Period) -> Q:
    return Q(occurred_at__gte=period.starts_at, occurred_at__lt=period.ends_at)


def bin_of(days: int, origin: datetime) -> Func:
    """The start of the run of so many days, counted from `origin`, that an order falls into."""
    return Func(
        Value(timedelta(days=days)),
        F("occurred_at"),
        Value(origin),
        function="date_bin",
        output_field=DateTimeField(),
    )


def buckets_of(rows: Any, period: Period) -> dict[int, Bucket]:
    """The sums of a period's orders by the place of their bucket."""
    sums = (
        rows.filter(within(period))
        .annotate(once=is_first_of_order())
        .values_list(bin_of(period.bucket_days, period.starts_at))
        .annotate(
            orders=Count("pk", filter=OF_ORDER & ONCE),
            revenue=Sum(NET_MINOR, filter=ONCE, default=0),
            commission=Sum("amount_minor"),
            new=Count("pk", filter=IS_NEW & ONCE),
            known=Count("pk", filter=IS_KNOWN & ONCE),
            sold=Count("partnership", distinct=True, filter=OF_ORDER),
        )
    )
    return {period.bucket_of(start.date()): Bucket(*found) for start, *found in sums}


def share_ppm(part_minor: int, whole_minor: int) -> int | None:
    """None of nothing: there is no share to tell."""
    return round_half_away(part_minor * PPM, whole_minor) if whole_minor > 0 else None


def _course(buckets: Mapping[int, Bucket], period: Period, name: str) -> tuple[int, ...]:
    nothing = Bucket()
    return tuple(getattr(buckets.get(place, nothing), name) for place in range(len(period.buckets)))


def _sellers(program: Program, member: Member, period: Period) -> tuple[tuple[int, int], int]:
    """How many partners sold, now and before, and how many for the first time."""
    sums = (
        earned(program, member)
        .filter(OF_ORDER, occurred_at__lt=period.ends_at)
        .values_list("partnership")
        .annotate(
            first=Min("occurred_at"),
            now=Count("pk", filter=within(period)),
            before=Count("pk", filter=within(period.before)),
        )
    )
    rows = list(sums)
    sold = sum(bool(now) for _, _, now, _ in rows), sum(bool(before) for *_, before in rows)
    return sold, sum(first >= period.starts_at for _, first, _, _ in rows)


def _clicks(program: Program, member: Member, period: Period) -> Figure:
    course, before = [0] * len(period.buckets), 0
    rows = (
        ClickTotal.objects.visible_to(member)
        .filter(program_id=program.pk, day__gte=period.before.first, day__lte=period.last)
        .values_list("day")
        .annotate(clicks=Sum("clicks"))
    )
    for day, clicks in rows:
        if day < period.first:
            before += clicks
        else:
            course[period.bucket_of(day)] += clicks
    return Figure(sum(course), before, tuple(course))
