"""Rules of pay in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.terms import Rolling, Tiers
from handsel.ui.figures import count_text, money_text, rate_text
from handsel.ui.wording.shown import Params, Wording, shown
from handsel.ui.wording.terms.conditions import (
    asked,
    conditions,
    conditions_phrase,
    time_box,
)

# How often something starts anew, set beside an amount: "At most €100.00 per partner, each week."
EACH: dict[str, Promise] = {
    "day": gettext_lazy("each calendar day"),
    "week": gettext_lazy("each calendar week"),
    "month": gettext_lazy("each calendar month"),
    "quarter": gettext_lazy("each calendar quarter"),
    "year": gettext_lazy("each calendar year"),
    "ever": gettext_lazy("over the whole time"),
}
# By mode, by what is measured, and in a calendar period or before each order.
MODES: dict[tuple[str, str, bool], Promise] = {
    ("marginal", "basis", False): gettext_lazy(
        "Each rate pays only the part that lies in its own step."
    ),
    ("marginal", "orders", False): gettext_lazy(
        "Each order is paid by its own number in the period."
    ),
    ("marginal", "basis", True): gettext_lazy(
        "Each rate pays only the part of an order that lies in its own step."
    ),
    ("marginal", "orders", True): gettext_lazy("Each order is paid by its own number among them."),
    **{
        ("retroactive", measure, False): gettext_lazy(
            "The rate that is reached pays the whole period, from its first order on."
        )
        for measure in ("basis", "orders")
    },
    **{
        ("retroactive", measure, True): gettext_lazy(
            "The rate that is reached pays all of an order."
        )
        for measure in ("basis", "orders")
    },
}


def percent(params: Params) -> str:
    whole = _("%(rate)s of what an order counts for.") % shown(params)
    return " ".join([whole, *_tiers(params), *_limits(params)])


def fixed(params: Params) -> str:
    when, currency = asked(params), str(params["currency"])
    if params["per"] == "item":
        whole = _("%(amount)s for each item that is kept.")
    elif when.customer == "new":
        whole = _("%(amount)s for each new customer.")
        when = when.model_copy(update={"customer": None})
    else:
        whole = _("%(amount)s for each order.")
    limits = [*conditions(when, currency), *time_box(params)]
    return " ".join([whole % shown(params), *limits])


def lead(params: Params) -> str:
    if params["event"] == "sign_up":
        whole = _("%(amount)s for each sign-up.")
    else:
        whole = _("%(amount)s for each lead.")
    said = [whole % shown(params)]
    if params["pays"] == "after_sale":
        said.append(_("Paid once its customer has bought something."))
    return " ".join([*said, *_limits(params)])


def click(params: Params) -> str:
    whole = _("%(amount)s for each click that counts.") % shown(params)
    return " ".join([whole, *_limits(params)])


def impression(params: Params) -> str:
    whole = _("%(amount)s for a thousand impressions, in proportion.") % shown(params)
    return " ".join([whole, *_limits(params)])


def excluded(params: Params) -> str:
    what = conditions_phrase(asked(params), str(params["currency"]))
    text = _("No percentage and no amount per item for: %(conditions)s.")
    return " ".join([text % {"conditions": what}, *time_box(params)])


def _limits(params: Params) -> list[str]:
    return [*conditions(asked(params), str(params["currency"])), *time_box(params)]


def _tiers(params: Params) -> list[str]:
    if params["tiers"] is None:
        return []
    tiers = Tiers.model_validate(params["tiers"], strict=False)
    return [
        tier_steps(tiers, str(params["currency"])),
        tier_period(tiers),
        tier_mode(tiers),
    ]


def tier_steps(tiers: Tiers, currency: str) -> str:
    steps = []
    for step in tiers.steps:
        blanks = {"rate": rate_text(step.rate_ppm), "start": _start(tiers, step.start, currency)}
        steps.append(_("%(rate)s from %(start)s") % blanks)
    joined = {"steps": "; ".join(steps)}
    if tiers.measure == "orders":
        return _("Steps by the number of these orders: %(steps)s.") % joined
    return _("Steps by what these orders count for together: %(steps)s.") % joined


def tier_period(tiers: Tiers) -> str:
    if isinstance(tiers.period, Rolling):
        text = ngettext(
            "Counted over the %(days)d day before an order, without the order itself.",
            "Counted over the %(days)d days before an order, without the order itself.",
            tiers.period.days,
        )
        return text % {"days": tiers.period.days}
    if tiers.period == "ever":
        return _("Counted over the whole time.")
    return _("Counted anew %(each)s.") % {"each": EACH[tiers.period]}


def tier_mode(tiers: Tiers) -> str:
    """What a rate that is reached pays."""
    return str(MODES[tiers.mode, tiers.measure, isinstance(tiers.period, Rolling)])


def _start(tiers: Tiers, start: int, currency: str) -> str:
    return count_text(start) if tiers.measure == "orders" else money_text(start, currency)


WORDINGS: Mapping[str, Wording] = {
    "percent": percent,
    "fixed": fixed,
    "lead": lead,
    "click": click,
    "impression": impression,
    "excluded": excluded,
}
