"""What is usual among a program's partners, for who wants to work out what they would earn.

Medians of partners, rounded to two figures, and none from fewer than five: as `earnings`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.engine.money import PPM
from handsel.engine.spread import median, two_figures
from handsel.programs.models import Program
from handsel.recruiting.earnings import (
    CLICKS_MIN,
    KEPT_S,
    PARTNERS_MIN,
    clicks_by_partner,
    months_before,
    start_of_day,
)
from handsel.rows.scope import as_system

ORDERS_MIN = 5


def usual_of(program: Program) -> Mapping[str, Decimal]:
    """Of visitors who buy, of orders by new customers and of those sent back whole, in per cent;
    without what too few partners say. Counted at most every ten minutes."""
    today = localdate(now())
    key = f"program-usual:{program.pk}:{today}"
    known: Mapping[str, Decimal] | None = cache.get(key)
    if known is None:
        with as_system():
            known = count(program, today)
        cache.set(key, known, KEPT_S)
    return known


def count(program: Program, today: date) -> dict[str, Decimal]:
    """Over the last three full months before `today`."""
    first, after = months_before(today)
    clicks = clicks_by_partner(program, first, after)
    whole = Q(conversion__refunded_minor__gte=F("conversion__amount_minor"))
    rows = (
        Commission.objects.filter(
            program=program,
            conversion__isnull=False,
            occurred_at__gte=start_of_day(first),
            occurred_at__lt=start_of_day(after),
        )
        .order_by()
        .values_list("partnership_id")
        .annotate(
            orders=Count("pk"),
            new=Count("pk", filter=Q(conversion__customer_is_new=True)),
            known=Count("pk", filter=Q(conversion__customer_is_new__isnull=False)),
            back=Count("pk", filter=whole & Q(conversion__amount_minor__gt=0)),
        )
    )
    found: dict[str, list[int]] = {"buyers": [], "new": [], "returned": []}
    for partnership, orders, new, known, back in rows:
        seen = clicks.get(partnership, 0)
        if seen >= CLICKS_MIN and orders <= seen:
            found["buyers"].append(orders * PPM // seen)
        if known >= ORDERS_MIN:
            found["new"].append(new * PPM // known)
        if orders >= ORDERS_MIN:
            found["returned"].append(back * PPM // orders)
    return {name: _per_cent(shares) for name, shares in found.items() if _enough(shares)}


def _enough(shares: Sequence[int]) -> bool:
    return len(shares) >= PARTNERS_MIN


def _per_cent(shares: Sequence[int]) -> Decimal:
    return Decimal(two_figures(median(list(shares)))) / 10_000
