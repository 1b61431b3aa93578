"""The rates of an agreement as a table: what is paid, for whom, and its steps."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.terms import Percent, Terms
from handsel.engine.terms.pay import FIRST_PAY_CLAUSE
from handsel.engine.terms.rates import RateRow, RateStep, rates
from handsel.engine.terms.sentences import rule_params
from handsel.ui.figures import count_text, money_text, rate_text
from handsel.ui.wording.terms.conditions import conditions_phrase, time_box
from handsel.ui.wording.terms.pay import tier_mode, tier_period

PAYS_FOR: Mapping[str, Promise] = {
    "share": gettext_lazy("Share of what counts"),
    "order": gettext_lazy("For each order"),
    "item": gettext_lazy("For each item"),
    "lead": gettext_lazy("For each lead"),
    "sign_up": gettext_lazy("For each sign-up"),
    "click": gettext_lazy("For each click"),
    "thousand_impressions": gettext_lazy("For a thousand impressions"),
    "nothing": gettext_lazy("Nothing by share or item"),
}


class RateLine(NamedTuple):
    """A row of the table. `steps`: from how much on, and the rate. `notes`: when, and how tiers
    are counted."""

    clause: int
    what: str
    whom: str
    pays: str
    steps: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def rate_table(terms: Terms) -> list[RateLine]:
    """The rules of pay in the active language, in the order of their clauses."""
    return [_line(row, terms) for row in rates(terms)]


def _line(row: RateRow, terms: Terms) -> RateLine:
    rule = terms.pay[row.clause - FIRST_PAY_CLAUSE]
    tiers = rule.tiers if isinstance(rule, Percent) else None
    counted = [tier_period(tiers), tier_mode(tiers)] if tiers else []
    times = time_box({**rule_params(rule), "time_zone": terms.time_zone})
    return RateLine(
        clause=row.clause,
        what=str(PAYS_FOR[row.pays_for]),
        whom=capfirst(conditions_phrase(row.when, terms.currency)),
        pays=_pays(row, terms.currency),
        steps=tuple(
            (_from(row, step, terms.currency), rate_text(step.rate_ppm)) for step in row.steps
        ),
        notes=(*counted, *times),
    )


def _pays(row: RateRow, currency: str) -> str:
    if row.rate_ppm is not None:
        return rate_text(row.rate_ppm)
    return "" if row.amount_minor is None else money_text(row.amount_minor, currency)


def _from(row: RateRow, step: RateStep, currency: str) -> str:
    by_orders = row.measure == "orders"
    start = count_text(step.start) if by_orders else money_text(step.start, currency)
    return _("from %(start)s") % {"start": start}
