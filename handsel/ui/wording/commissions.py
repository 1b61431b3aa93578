"""What a commission is for, in a few words: its name in lists, headings and tables.

`about` holds the parameters of its kind (`commissions.models.Commission.about`):

- period: `period` (a calendar word of the terms) and `start`, the day it began;
- day: `day` and `link`, the slug;
- bonus: `bonus`, its kind in the terms, and `name` of a task;
- override: `partner`, the name of the one whom its partner brought itself, and `level`;
- manual: nothing; the reason is told beside it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from babel.dates import format_skeleton
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.ui.locales import reader_locale
from handsel.ui.moments import day_text_full

BONUSES: dict[str, Promise] = {
    "first_sale": gettext_lazy("Bonus for the first sale"),
    "sign_up": gettext_lazy("Bonus for joining"),
    "tenure": gettext_lazy("Bonus for staying"),
    "views": gettext_lazy("Bonus for views"),
}


class Named(Protocol):
    """A commission, as far as its name goes."""

    kind: str
    about: Mapping[str, object]

    @property
    def conversion(self) -> Any: ...


def name_of(commission: Named) -> str:
    """What a commission is for: an order's reference, `September 2026: tiers, caps and bonuses`."""
    order = commission.conversion
    reference = order.order_reference if order else ""
    return commission_name(commission.kind, commission.about, reference)


def commission_name(kind: str, about: Mapping[str, object], reference: str = "") -> str:
    """The name of a commission, in the active language; of an order's, the order's reference."""
    if kind == "order":
        return reference
    if kind == "period":
        return _("%(period)s: tiers, caps and bonuses") % {"period": period_name(about)}
    if kind == "day":
        day = date.fromisoformat(str(about["day"]))
        return _("Clicks of %(day)s on %(link)s") % {
            "day": day_text_full(day),
            "link": about["link"],
        }
    if kind == "bonus":
        return _bonus(about)
    if kind == "override":
        return _("Brought: %(partner)s") % {"partner": about["partner"]}
    return _("Adjustment")


def period_name(about: Mapping[str, object]) -> str:
    """`September 2026`, `Q3 2026`, `2026`; weeks and days by the day they began."""
    period, start = about["period"], date.fromisoformat(str(about["start"]))
    locale = reader_locale()
    if period == "ever":
        return _("All time")
    if period == "week":
        return _("Week from %(day)s") % {"day": day_text_full(start)}
    skeletons = {"month": "yMMMM", "quarter": "yQQQ", "year": "y", "day": "yMMMd"}
    text = format_skeleton(skeletons[str(period)], start, locale=locale)
    return text[:1].upper() + text[1:]


def _bonus(about: Mapping[str, object]) -> str:
    if about["bonus"] == "task":
        return _("Task: %(name)s") % {"name": about["name"]}
    return str(BONUSES[str(about["bonus"])])
