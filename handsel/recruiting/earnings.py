"""What partners of a program really earn, counted for strangers.

Only counts, medians and ranges leave this module, rounded, and none from fewer than five partners:
nobody can be made out. Reads past row-level security, as nobody may see these rows; see
docs/program-page.md for what is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Count, F, Q, Sum
from django.utils.timezone import localdate

from handsel.clicks.models import ClickTotal
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.engine.money import exponent
from handsel.engine.spread import Bands, bands, median, quantile, two_figures
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Payout
from handsel.programs.models import Program
from handsel.recruiting.models import Application
from handsel.rows.scope import as_system

PARTNERS_MIN = 5
COMMISSIONS_MIN = 20
CLICKS_MIN = 50
MONTHS = 3
YEAR = timedelta(days=365)
# 8 of 10 lie between these, in thousandths.
LOW, HIGH = 100, 900
# Of a hundred who read something, about two follow a link in it: assumed, and said on the page.
CLICK_RATE_PERCENT = 2
KEPT_S = 600

Status = Application.Status


@dataclass(frozen=True)
class OnTime:
    """Payouts that had arrived by their day, of all whose day is over."""

    punctual: int
    total: int


@dataclass(frozen=True)
class Record:
    """A program's record, as strangers may read it. None where too little is known to say it."""

    first: date
    last: date
    currency: str
    partners_total: int
    too_new: int
    without_sales: int
    spread: Bands | None
    typical_minor: int | None
    approved_ppm: int | None
    payouts: OnTime | None
    answered_tenths: int | None
    """Median days from an application to its answer, in tenths."""
    per_thousand: tuple[int, int] | None
    """What 8 of 10 partners earn for a thousand clicks, from and to, in two figures."""

    def range_for(self, readers: int) -> tuple[int, int] | None:
        """What so many readers a month would likely bring, in minor units, from and to."""
        if self.per_thousand is None:
            return None
        low, high = (
            two_figures(per * readers * CLICK_RATE_PERCENT // 100_000) for per in self.per_thousand
        )
        return low, high


def record_of(program: Program) -> Record:
    """A program's record; counted at most every ten minutes."""
    key = f"program-record:{program.pk}:{localdate(now())}"
    known: Record | None = cache.get(key)
    if known is None:
        with as_system():
            known = count(program, localdate(now()))
        cache.set(key, known, KEPT_S)
    return known


def count(program: Program, today: date) -> Record:
    """The last three full months before `today`. Payouts and answers: the last year."""
    first, after = months_before(today)
    members = Partnership.objects.filter(
        program=program, created_at__lt=start_of_day(after)
    ).filter(Q(ended_at=None) | Q(ended_at__gte=start_of_day(after)))
    started = dict(members.values_list("pk", "created_at"))
    old = {pk for pk, at in started.items() if at < start_of_day(first)}
    earned = {pk: minor for pk, minor in _earned(program, first, after).items() if pk in old}
    monthly = [minor // MONTHS for minor in earned.values() if minor >= MONTHS]
    enough = len(monthly) >= PARTNERS_MIN
    return Record(
        first=first,
        last=after - timedelta(days=1),
        currency=program.currency,
        partners_total=len(started),
        too_new=len(started) - len(old),
        without_sales=len(old) - len(monthly),
        spread=bands(monthly, 10 ** exponent(program.currency)) if enough else None,
        typical_minor=two_figures(median(monthly)) if enough else None,
        approved_ppm=_approved_ppm(program, first, after),
        payouts=_payouts(program, today),
        answered_tenths=_answered_tenths(program, today),
        per_thousand=_per_thousand(earned, clicks_by_partner(program, first, after)),
    )


def months_before(today: date) -> tuple[date, date]:
    """The first day of the three full months before `today`, and the day after their last.

    >>> [str(day) for day in months_before(date(2026, 2, 14))]
    ['2025-11-01', '2026-02-01']
    """
    months = today.year * 12 + today.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1), today.replace(day=1)


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _earned(program: Program, first: date, after: date) -> dict[str, int]:
    """What each partnership's orders of these months earned, after everything sent back."""
    rows = Commission.objects.filter(
        program=program,
        currency=program.currency,
        status__in=EARNED,
        occurred_at__gte=start_of_day(first),
        occurred_at__lt=start_of_day(after),
    )
    sums = rows.order_by().values_list("partnership_id").annotate(sum=Sum("amount_minor"))
    return dict(sums)


def clicks_by_partner(program: Program, first: date, after: date) -> dict[str, int]:
    rows = ClickTotal.objects.filter(program_id=program.pk, day__gte=first, day__lt=after)
    return dict(rows.order_by().values_list("partnership_id").annotate(sum=Sum("clicks")))


def _per_thousand(earned: dict[str, int], clicks: dict[str, int]) -> tuple[int, int] | None:
    rates = [
        minor * 1000 // clicks[pk]
        for pk, minor in earned.items()
        if clicks.get(pk, 0) >= CLICKS_MIN and minor > 0
    ]
    if len(rates) < PARTNERS_MIN:
        return None
    # Rounded before it is multiplied: by asking for this and that many readers one could else find
    # where the estimate jumps, and so what one partner's rate is.
    return two_figures(quantile(rates, LOW)), two_figures(quantile(rates, HIGH))


def _approved_ppm(program: Program, first: date, after: date) -> int | None:
    """Of the commissions that were decided, those that were approved."""
    decided = Commission.objects.filter(
        program=program, occurred_at__gte=start_of_day(first), occurred_at__lt=start_of_day(after)
    ).exclude(status=Commission.Status.PENDING)
    counted = decided.aggregate(
        total=Count("pk"), approved=Count("pk", filter=Q(status=Commission.Status.APPROVED))
    )
    if counted["total"] < COMMISSIONS_MIN:
        return None
    # To a tenth of a per cent, cut and not rounded: 99.96 % is not all of them.
    return int(counted["approved"] * 1000 // counted["total"] * 1000)


def _payouts(program: Program, today: date) -> OnTime | None:
    due = Payout.objects.filter(
        program=program, batch__pays_on__lt=today, batch__pays_on__gt=today - YEAR
    ).exclude(status=Payout.Status.PROPOSED)
    punctual = Q(status=Payout.Status.PAID, paid_at__date__lte=F("batch__pays_on"))
    counted = due.aggregate(total=Count("pk"), punctual=Count("pk", filter=punctual))
    return OnTime(**counted) if counted["total"] else None


def _answered_tenths(program: Program, today: date) -> int | None:
    answered = Application.objects.filter(
        program=program,
        status__in=[Status.APPROVED, Status.DECLINED],
        decided_at__gt=start_of_day(today - YEAR),
    )
    waits: Sequence[timedelta] = [
        decided - created
        for created, decided in answered.values_list("created_at", "decided_at")
        if decided is not None
    ]
    if len(waits) < PARTNERS_MIN:
        return None
    return median([wait // timedelta(hours=1) for wait in waits]) * 10 // 24
