"""Which of a partner's links and codes sell: clicks, orders and revenue of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum

from handsel.clicks.models import ClickDay
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED, OF_ORDER
from handsel.console.figures import NET_MINOR, within
from handsel.console.periods import Period
from handsel.conversions.models import Touch
from handsel.links.models import Code, Link
from handsel.partnerships.models import Partnership
from handsel.rows.fields import IdField

SHOWN = 4


@dataclass(frozen=True)
class Seller:
    """A link or code, or (`name` empty) the rest together. `note` says where a link is used."""

    name: str
    note: str
    clicks: int
    orders: int
    revenue_minor: int
    is_code: bool = False

    @property
    def per_100_tenths(self) -> int | None:
        """Orders of 100 clicks, in tenths; None without clicks."""
        return (self.orders * 1000 + self.clicks // 2) // self.clicks if self.clicks else None


@dataclass(frozen=True)
class Selling:
    """The best few, the others together (None where there are none), and all together."""

    best: list[Seller]
    others: Seller | None
    others_total: int
    together: Seller

    @property
    def most_minor(self) -> int:
        """What a full bar stands for."""
        rows = [*self.best, *([self.others] if self.others else [])]
        return max((row.revenue_minor for row in rows), default=0)


def selling_of(partnership: Partnership, period: Period) -> Selling:
    """In four statements. An order is its credited touch's."""
    sold = {(row["link"], row["code"]): row for row in _sold(partnership, period)}
    clicks = _clicks(partnership, period)
    rows = [*_links(partnership, sold, clicks), *_codes(partnership, sold)]
    rows.sort(key=lambda row: (-row.revenue_minor, -row.clicks, row.name))
    busy = [row for row in rows if row.orders or row.clicks]
    best, rest = busy[:SHOWN], busy[SHOWN:]
    together = _together(busy)
    return Selling(best, _together(rest) if rest else None, len(rest), together)


def _sold(partnership: Partnership, period: Period) -> Iterable[Any]:
    credited = Touch.objects.filter(
        conversion=OuterRef("conversion"), partnership=partnership, verdict="credited"
    ).order_by("-touched_at")
    rows = Commission.objects.filter(OF_ORDER, partnership=partnership, status__in=EARNED)
    return (
        rows.filter(within(period), currency=partnership.program.currency)
        .annotate(
            link=Subquery(credited.values("link")[:1], IdField("lnk", primary_key=False)),
            code=Subquery(credited.values("code")[:1], IdField("cod", primary_key=False)),
        )
        .order_by()
        .values("link", "code")
        .annotate(orders=Count("pk"), revenue=Sum(NET_MINOR))
    )


def _clicks(partnership: Partnership, period: Period) -> dict[str, int]:
    rows = ClickDay.objects.filter(
        partnership_id=partnership.pk, day__gte=period.first, day__lte=period.last
    )
    return dict(rows.order_by().values_list("link_id").annotate(sum=Sum("clicks")))


Sold = dict[tuple[str | None, str | None], dict[str, Any]]


def _links(partnership: Partnership, sold: Sold, clicks: dict[str, int]) -> list[Seller]:
    return [
        Seller(link.slug, link.name, clicks.get(link.pk, 0), *_sums(sold.get((link.pk, None))))
        for link in Link.objects.filter(partnership=partnership)
    ]


def _codes(partnership: Partnership, sold: Sold) -> list[Seller]:
    return [
        Seller(code.code, "", 0, *_sums(sold.get((None, code.pk))), is_code=True)
        for code in Code.objects.filter(partnership=partnership)
    ]


def _sums(row: dict[str, Any] | None) -> tuple[int, int]:
    return (row["orders"], row["revenue"]) if row else (0, 0)


def _together(rows: Iterable[Seller]) -> Seller:
    rows = list(rows)
    return Seller(
        name="",
        note="",
        clicks=sum(row.clicks for row in rows),
        orders=sum(row.orders for row in rows),
        revenue_minor=sum(row.revenue_minor for row in rows),
    )
