"""What is paid besides rules of pay, and its limits: bonuses, caps, floors, overrides, perks."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.figures import count_text
from handsel.ui.wording.shown import Params, Wording, list_text, shown
from handsel.ui.wording.terms.conditions import time_box
from handsel.ui.wording.terms.pay import EACH

MILESTONES: dict[str, Promise] = {
    "orders": gettext_lazy("%(amount)s for %(reached)s orders, counted %(each)s."),
    "new_customers": gettext_lazy("%(amount)s for %(reached)s new customers, counted %(each)s."),
    "leads": gettext_lazy("%(amount)s for %(reached)s leads, counted %(each)s."),
    "clicks": gettext_lazy("%(amount)s for %(reached)s clicks that count, counted %(each)s."),
    "basis": gettext_lazy("%(amount)s once orders count for %(reaches)s, counted %(each)s."),
    "commission": gettext_lazy(
        "%(amount)s once commissions come to %(reaches)s, counted %(each)s."
    ),
}
PERKS: dict[str, Promise] = {
    "on_joining": gettext_lazy("Given on joining: %(name)s."),
    "after_first_sale": gettext_lazy("Given after the first sale: %(name)s."),
    "each_month": gettext_lazy("Given each month: %(name)s."),
    "each_quarter": gettext_lazy("Given each quarter: %(name)s."),
}
CHANNELS: dict[str, Promise] = {
    "email": gettext_lazy("e-mail"),
    "paid_search": gettext_lazy("paid search"),
    "brand_bidding": gettext_lazy("bids on the brand’s name"),
    "trademark_in_domain": gettext_lazy("the brand’s name in a domain"),
    "coupon_sites": gettext_lazy("coupon sites"),
    "social_ads": gettext_lazy("paid posts in social media"),
}
ALLOWED: dict[str, Promise] = {
    "allowed": gettext_lazy("Allowed: %(channels)s."),
    "on_approval": gettext_lazy("Allowed once the brand has agreed: %(channels)s."),
    "forbidden": gettext_lazy("Not allowed: %(channels)s."),
}


def _each(params: Params) -> dict[str, object]:
    period = params["period"]
    return {**shown(params), "each": "" if period is None else str(EACH[str(period)])}


def milestone(params: Params) -> str:
    blanks = {**_each(params), "reached": count_text(int(str(params["reaches"])))}
    measure = str(params["measure"])
    if measure in ("basis", "commission"):
        amounts = {"reaches_minor": params["reaches"], "currency": params["currency"]}
        blanks["reaches"] = shown(amounts)["reaches"]
    said = [str(MILESTONES[measure] % blanks)]
    if params["every"]:
        said.append(_("Paid again each time as much has come together."))
    elif params["period"] == "ever":
        said.append(_("Paid a single time."))
    else:
        said.append(_("Paid once in each of these periods."))
    return " ".join([*said, *time_box(params)])


def sign_up(params: Params) -> str:
    if params["after_first_sale"]:
        return _("%(amount)s for joining, once something was sold.") % shown(params)
    return _("%(amount)s for joining.") % shown(params)


def tenure(params: Params) -> str:
    months, orders = int(str(params["months"])), int(str(params["orders_min"]))
    text = ngettext(
        "%(amount)s after %(months)d month of partnership.",
        "%(amount)s after %(months)d months of partnership.",
        months,
    )
    said = [text % shown(params)]
    if orders:
        text = ngettext(
            "Only if at least %(orders)d order came in that time.",
            "Only if at least %(orders)d orders came in that time.",
            orders,
        )
        said.append(text % {"orders": orders})
    return " ".join(said)


def task(params: Params) -> str:
    times = int(str(params["times_max"]))
    said = [_("%(amount)s for a task, once its proof was accepted: %(name)s.") % shown(params)]
    if params["description"]:
        said.append(str(params["description"]))
    text = ngettext("Paid once.", "Paid up to %(times)d times.", times)
    return " ".join([*said, text % {"times": times}, *time_box(params)])


def views(params: Params) -> str:
    count = count_text(int(str(params["per_views"])))
    text = _("%(amount)s for each full %(count)s views or likes of a post, at most %(most)s.")
    return text % {**shown(params), "count": count}


def cap(params: Params) -> str:
    texts = {
        "order": _("At most %(amount)s for one order."),
        "partner": _("At most %(amount)s for one partner, %(each)s."),
        "program": _(
            "At most %(amount)s for all partners of the program together, %(each)s. Orders after "
            "it is spent earn nothing."
        ),
    }
    return texts[str(params["per"])] % _each(params)


def floor(params: Params) -> str:
    if params["per"] == "order":
        return _("At least %(amount)s for an order that earns anything.") % shown(params)
    return _("At least %(amount)s in any case, %(each)s.") % _each(params)


def override(params: Params) -> str:
    if params["level"] == 1:
        text = _("%(rate)s of what partners earn whom this partner brought.")
    else:
        text = _("%(rate)s of what partners earn who were brought by those partners.")
    said = [text % shown(params)]
    if (months := params["months_max"]) is not None:
        months = int(str(months))
        text = ngettext(
            "For %(months)d month after they joined.",
            "For %(months)d months after they joined.",
            months,
        )
        said.append(text % {"months": months})
    return " ".join(said)


def customer_discount(params: Params) -> str:
    said = []
    if params["rate_ppm"] is not None:
        said.append(_("The buyer gets %(rate)s off with the partner’s code.") % shown(params))
    if params["amount_minor"] is not None:
        said.append(_("The buyer gets %(amount)s off with the partner’s code.") % shown(params))
    if not said:
        said.append(_("The buyer gets nothing off."))
    if params["new_customers_only"]:
        said.append(_("New customers only."))
    return " ".join(said)


def perk(params: Params) -> str:
    said = str(PERKS[str(params["due"])] % params)
    return f"{said} {params['description']}" if params["description"] else said


def promotion(params: Params) -> str:
    said = []
    for answer, text in ALLOWED.items():
        channels = [str(words) for name, words in CHANNELS.items() if params[name] == answer]
        if channels:
            said.append(str(text % {"channels": list_text(channels)}))
    return " ".join([*said, *([str(params["note"])] if params["note"] else [])])


WORDINGS: Mapping[str, Wording] = {
    "milestone": milestone,
    "first_sale": gettext_lazy("%(amount)s for the first order that is approved."),
    "sign_up": sign_up,
    "tenure": tenure,
    "task": task,
    "views": views,
    "cap": cap,
    "floor": floor,
    "override": override,
    "customer_discount": customer_discount,
    "perk": perk,
    "promotion": promotion,
}
