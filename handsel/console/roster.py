"""The partners of a program as a table that can be sorted by its columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.console.periods import today
from handsel.console.queries import Figures, with_figures
from handsel.engine.health import Health
from handsel.insights.health import health_of
from handsel.partnerships.models import Partnership

NEVER = datetime.min.replace(tzinfo=UTC)


class Line(NamedTuple):
    partnership: Partnership
    figures: Figures
    health: Health


@dataclass(frozen=True)
class Column:
    """A head of the table; `url` sorts by it, the other way round where it is sorted already."""

    label: str | Promise
    css: str
    url: str = ""
    sorted: str = ""


Key = Callable[[Line], Any]
# Name, what is compared, whether the most comes first, and the class that hides it when narrow.
COLUMNS: dict[str, tuple[str | Promise, Key, bool, str]] = {
    "name": (_("Partner"), lambda line: line.partnership.partner.name.casefold(), False, ""),
    "clicks": (_("Clicks"), lambda line: line.figures.clicks, True, "n opt"),
    "orders": (_("Orders"), lambda line: line.figures.orders, True, "n opt-2"),
    "new": (_("New"), lambda line: line.figures.new_share_ppm or 0, True, "n opt"),
    "revenue": (_("Revenue"), lambda line: line.figures.revenue_minor, True, "n opt"),
    "commission": (_("Commission"), lambda line: line.figures.commission_minor, True, "n"),
    "sale": (_("Last sale"), lambda line: line.figures.last_sale_at or NEVER, True, "opt"),
    "health": (_("Health"), lambda line: line.health.score or -1, True, "opt-2"),
}
USUAL = "name"


def lines_of(partnerships: Sequence[Partnership], *, days: int | None, health: str) -> list[Line]:
    """All of them with figures of so many days, today among them; those of a health, if any."""
    since = today() - timedelta(days=days - 1) if days else None
    healths = health_of(partnerships)
    lines = [
        Line(partnership, figures, healths[partnership.pk])
        for partnership, figures in with_figures(partnerships, since)
    ]
    return [line for line in lines if not health or line.health.level == health]


def sort_lines(lines: Sequence[Line], wanted: str) -> list[Line]:
    """By a column's name, `-` before it for the other way round; by name where there is none."""
    name = wanted.removeprefix("-")
    if name not in COLUMNS:
        name, wanted = USUAL, USUAL
    _label, key, most_first, _css = COLUMNS[name]
    by_name = sorted(lines, key=COLUMNS[USUAL][1])
    return sorted(by_name, key=key, reverse=most_first is not wanted.startswith("-"))


def columns_of(query: QueryDict) -> list[Column]:
    """The heads, as links that keep what the address says otherwise."""
    wanted = query.get("sort", "")
    current = wanted.removeprefix("-") if wanted.removeprefix("-") in COLUMNS else USUAL
    heads = []
    for name, (label, _key, most_first, css) in COLUMNS.items():
        here = name == current
        turned = here and not wanted.startswith("-")
        falling = most_first is not wanted.startswith("-")
        address = query.copy()
        address.pop("page", None)
        address["sort"] = f"-{name}" if turned else name
        direction = ("descending" if falling else "ascending") if here else ""
        heads.append(Column(label, css, f"?{address.urlencode()}", direction))
    return heads


def together(lines: Sequence[Line]) -> Figures:
    return Figures(
        clicks=sum(line.figures.clicks for line in lines),
        orders=sum(line.figures.orders for line in lines),
        revenue_minor=sum(line.figures.revenue_minor for line in lines),
        commission_minor=sum(line.figures.commission_minor for line in lines),
        new_customers=sum(line.figures.new_customers for line in lines),
        known=sum(line.figures.known for line in lines),
    )
