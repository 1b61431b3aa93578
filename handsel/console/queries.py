"""Reads of the partner pages that join clicks, orders and commissions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from handsel.clicks.models import ClickDay, ClickTotal
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED, OF_ORDER
from handsel.console.figures import IS_KNOWN, IS_NEW, NET_MINOR, share_ppm
from handsel.console.periods import midnight
from handsel.links.addresses import link_url
from handsel.links.models import Link
from handsel.partnerships.models import Partnership


@dataclass(frozen=True, slots=True)
class Figures:
    """What one partnership brought and earned, in minor units of the program's currency.

    `revenue_minor` is what buyers paid for goods and did not get back. Of `known` orders somebody
    can say whether their customer was new.
    """

    clicks: int = 0
    orders: int = 0
    revenue_minor: int = 0
    commission_minor: int = 0
    new_customers: int = 0
    known: int = 0
    last_sale_at: datetime | None = None

    @property
    def new_share_ppm(self) -> int | None:
        return share_ppm(self.new_customers, self.known)


@dataclass(frozen=True, slots=True)
class LinkRow:
    link: Link
    address: str
    clicks: int

    @property
    def state(self) -> str:
        """`enabled`, `expired` or `disabled`."""
        if self.link.disabled_at is not None:
            return "disabled"
        return "expired" if self.link.is_over(now()) else "enabled"


def with_figures(
    partnerships: Sequence[Partnership], since: date | None = None
) -> list[tuple[Partnership, Figures]]:
    """Each with its figures since a day, or from the beginning; two statements however many."""
    ids = [partnership.pk for partnership in partnerships]
    clicks = _clicks(ClickTotal, "partnership_id", ids, since)
    rows = Commission.objects.filter(partnership__in=ids, status__in=EARNED)
    if since is not None:
        rows = rows.filter(occurred_at__gte=midnight(since))
    earned = {
        row["partnership_id"]: row
        for row in rows.order_by()
        .values("partnership_id")
        .annotate(
            orders=Count("pk", filter=OF_ORDER),
            revenue_minor=Sum(NET_MINOR, default=0),
            commission_minor=Sum("amount_minor"),
            new_customers=Count("pk", filter=IS_NEW),
            known=Count("pk", filter=IS_KNOWN),
            last_sale_at=Max("occurred_at", filter=OF_ORDER),
        )
    }
    return [
        (partnership, _figures(clicks.get(partnership.pk, 0), earned.get(partnership.pk)))
        for partnership in partnerships
    ]


def links_with_clicks(links: Iterable[Link]) -> list[LinkRow]:
    """Each link with its address and the clicks of it that count."""
    found = list(links)
    clicks = _clicks(ClickDay, "link_id", [link.pk for link in found])
    return [LinkRow(link, link_url(link), clicks.get(link.pk, 0)) for link in found]


def _clicks(
    rollup: type[ClickDay] | type[ClickTotal],
    column: str,
    ids: list[str],
    since: date | None = None,
) -> dict[str, int]:
    rows: QuerySet[Any] = rollup.objects.filter(**{f"{column}__in": ids})
    if since is not None:
        rows = rows.filter(day__gte=since)
    return {row[column]: row["sum"] for row in rows.values(column).annotate(sum=Sum("clicks"))}


def _figures(clicks: int, earned: Mapping[str, Any] | None) -> Figures:
    if earned is None:
        return Figures(clicks=clicks)
    said = {name: value for name, value in earned.items() if name != "partnership_id"}
    return Figures(clicks=clicks, **said)
