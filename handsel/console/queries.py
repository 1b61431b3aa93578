"""Reads of the partner pages that join clicks, orders and commissions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Sum

from handsel.clicks.models import ClickDay
from handsel.commissions.models import Commission
from handsel.links.addresses import link_url
from handsel.links.models import Link
from handsel.partnerships.models import Partnership


@dataclass(frozen=True, slots=True)
class Figures:
    """What one partnership brought and earned, in minor units of the program's currency.

    `revenue_minor` is what buyers paid for goods and did not get back.
    """

    clicks: int = 0
    orders: int = 0
    revenue_minor: int = 0
    commission_minor: int = 0
    last_sale_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    link: Link
    address: str
    clicks: int


def with_figures(partnerships: Sequence[Partnership]) -> list[tuple[Partnership, Figures]]:
    """Each with its figures; two queries however many there are."""
    ids = [partnership.pk for partnership in partnerships]
    clicks = _clicks("partnership_id", ids)
    earned = {
        row["partnership_id"]: row
        for row in Commission.objects.filter(partnership__in=ids)
        .exclude(status=Commission.Status.REVERSED)
        .values("partnership_id")
        .annotate(
            orders=Count("conversion", distinct=True),
            revenue_minor=Sum(F("conversion__amount_minor") - F("conversion__refunded_minor")),
            commission_minor=Sum("amount_minor"),
            last_sale_at=Max("occurred_at"),
        )
    }
    return [
        (partnership, _figures(clicks.get(partnership.pk, 0), earned.get(partnership.pk)))
        for partnership in partnerships
    ]


def figures_of(partnership: Partnership) -> Figures:
    return with_figures([partnership])[0][1]


def links_with_clicks(links: Iterable[Link]) -> list[LinkRow]:
    """Each link with its address and the clicks of it that count."""
    found = list(links)
    clicks = _clicks("link_id", [link.pk for link in found])
    return [LinkRow(link, link_url(link), clicks.get(link.pk, 0)) for link in found]


def _clicks(column: str, ids: list[str]) -> dict[str, int]:
    rows = ClickDay.objects.filter(**{f"{column}__in": ids}).values(column)
    return {row[column]: row["sum"] for row in rows.annotate(sum=Sum("clicks"))}


def _figures(clicks: int, earned: Mapping[str, Any] | None) -> Figures:
    if earned is None:
        return Figures(clicks=clicks)
    said = {name: value for name, value in earned.items() if name != "partnership_id"}
    return Figures(clicks=clicks, **said)
