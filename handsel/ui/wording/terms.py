"""Clauses of an agreement in plain words, one sentence per answer, never glued from halves."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.wording.shown import Params, Wording, list_text, shown


def conditions(params: Params) -> list[str]:
    """When a rule of pay applies, one sentence per condition; none when it always does."""
    said = []
    if params.get("customer") == "new":
        said.append(_("Only when the customer is new."))
    if params.get("customer") == "returning":
        said.append(_("Only when the customer has bought before."))
    if skus := params.get("skus"):
        said.append(_("Only for these articles: %(skus)s.") % {"skus": list_text(skus)})
    if categories := params.get("categories"):
        text = _("Only for these categories: %(categories)s.")
        said.append(text % {"categories": list_text(categories)})
    return said


def percent(params: Params) -> str:
    whole = _("%(rate)s of what an order counts for.") % shown(params)
    return " ".join([whole, *conditions(params)])


def fixed(params: Params) -> str:
    if params.get("customer") == "new":
        whole = _("%(amount)s for each new customer.")
        others = conditions({**params, "customer": None})
    else:
        whole, others = _("%(amount)s for each order."), conditions(params)
    return " ".join([whole % shown(params), *others])


def credit(params: Params) -> str:
    days = int(str(params["window_days"]))
    said = [
        ngettext(
            "The last click in the %(days)d day before an order is credited.",
            "The last click in the %(days)d days before an order is credited.",
            days,
        )
        % {"days": days},
        _("A personal code on the order comes before any click."),
    ]
    if params.get("better_at_once"):
        said.append(_("Where this version pays more, it also holds for earlier clicks."))
    return " ".join(said)


def basis(params: Params) -> str:
    """What of an order counts: three yes-or-no answers, each a sentence of its own."""
    return " ".join(
        [
            _("Goods count before discounts.")
            if params.get("before_discounts")
            else _("Goods count after discounts."),
            _("Tax counts.") if params.get("with_tax") else _("Tax does not count."),
            _("Shipping counts.") if params.get("with_shipping") else _("Shipping does not count."),
        ]
    )


def hold(params: Params) -> str:
    days = int(str(params["days"]))
    if days == 0:
        if params.get("starts") == "delivery":
            return _("A commission is approved on delivery.")
        return _("A commission is approved at once.")
    if params.get("starts") == "delivery":
        text = ngettext(
            "A commission is approved %(days)d day after delivery, if nothing is sent back.",
            "A commission is approved %(days)d days after delivery, if nothing is sent back.",
            days,
        )
    else:
        text = ngettext(
            "A commission is approved %(days)d day after the order, if nothing is sent back.",
            "A commission is approved %(days)d days after the order, if nothing is sent back.",
            days,
        )
    return text % {"days": days}


def payout(params: Params) -> str:
    if not params.get("threshold_minor"):
        return _("Whatever is approved is paid with the next payout.")
    text = _("Paid from %(threshold)s; less waits for the next payout and never expires.")
    return text % shown(params)


WORDINGS: dict[str, Wording] = {
    "credit": credit,
    "percent": percent,
    "fixed": fixed,
    "basis": basis,
    "hold": hold,
    "refunds": gettext_lazy(
        "What is sent back takes its percentage back. Fixed amounts stay until nothing is left of "
        "the order."
    ),
    "payout": payout,
}
