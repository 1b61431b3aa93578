"""Lists and totals of conversions, for a brand's members."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate

from handsel.conversions.models import Conversion, Fact, Touch
from handsel.rows.querysets import ActsFor, OwnedQuerySet, SharedQuerySet
from handsel.rows.scope import as_system


class DayTotal(NamedTuple):
    """The orders of a day (UTC); `amount_minor` is what is left of them after refunds."""

    day: date
    currency: str
    conversions_total: int
    amount_minor: int


class StatusTotal(NamedTuple):
    """`amount_minor` is what was paid for goods, `refunded_minor` what went back of it."""

    status: str
    currency: str
    conversions_total: int
    amount_minor: int
    refunded_minor: int


class ReasonTotal(NamedTuple):
    reason: str
    conversions_total: int


class Article(NamedTuple):
    name: str
    quantity: int


def totals(rows: OwnedQuerySet[Any]) -> list[StatusTotal]:
    """Of `Conversion` rows, by status and currency."""
    sums = (
        rows.order_by("status", "currency")
        .values_list("status", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount_minor"), refunded=Sum("refunded_minor"))
    )
    return [StatusTotal(*row) for row in sums]


def by_day(rows: OwnedQuerySet[Any]) -> list[DayTotal]:
    """Of `Conversion` rows, by currency, the earliest day first."""
    sums = (
        rows.annotate(day=TruncDate("occurred_at"))
        .order_by("day", "currency")
        .values_list("day", "currency")
        .annotate(count=Count("pk"), amount=Sum(F("amount_minor") - F("refunded_minor")))
    )
    return [DayTotal(*row) for row in sums]


def why_unattributed(rows: OwnedQuerySet[Any]) -> list[ReasonTotal]:
    """How many of `Conversion` rows are nobody's, by reason code, the commonest first."""
    counts = (
        rows.filter(status=Conversion.Status.UNATTRIBUTED)
        .order_by()
        .values_list("reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason")
    )
    return [ReasonTotal(*row) for row in counts]


def not_credited(member: ActsFor | None) -> SharedQuerySet[Any]:
    """A partner's own touches that earned nothing, with their verdicts, the latest first: what the
    runner-up may know."""
    return (
        Touch.objects.visible_to(member)
        .exclude(verdict__in=["", "credited", "shares", "binds_terms"])
        .exclude(partner=None)
        .select_related("link", "code", "partnership__program")
        .order_by("-touched_at", "-pk")
    )


def articles_of(conversion_ids: Iterable[str]) -> dict[str, list[Article]]:
    """What was bought, by conversion, as the shop calls it; what has no name is left out.

    For conversions that the reader earns from: facts are the brand's alone, for they may name the
    customer, while the names of what was bought belong to the receipt of both sides.
    """
    with as_system():
        bodies: list[tuple[str, dict[str, Any]]] = list(
            Fact.objects.filter(conversion__in=list(conversion_ids), kind=Fact.Kind.ORDER)
            .order_by("updated_at", "pk")
            .values_list("conversion_id", "body")
        )
    found: dict[str, dict[str, Article]] = defaultdict(dict)
    for conversion_id, body in bodies:
        for line in body.get("lines", []):
            if line.get("name"):
                article = Article(line["name"], int(line.get("quantity") or 1))
                found[conversion_id][line["line_id"]] = article
    return {conversion_id: list(lines.values()) for conversion_id, lines in found.items()}
