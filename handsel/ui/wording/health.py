"""Why a part of a partnership's health has its points, and what the parts are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.wording.shown import Params, Wording, shown

PARTS: dict[str, Promise] = {
    "growth": gettext_lazy("Growth"),
    "customers": gettext_lazy("Customers we would not have reached"),
    "traffic": gettext_lazy("Traffic you can trust"),
    "relationship": gettext_lazy("The relationship"),
}


def withheld(params: Params) -> str:
    number = int(str(params["count"]))
    text = ngettext("%(count)d commission withheld", "%(count)d commissions withheld", number)
    return text % {"count": number}


def questions_late(params: Params) -> str:
    late = int(str(params["late"]))
    text = ngettext(
        "%(late)d of %(count)d questions answered late",
        "%(late)d of %(count)d questions answered late",
        late,
    )
    return text % {"late": late, "count": int(str(params["count"]))}


def questions_in_time(params: Params) -> str:
    number = int(str(params["count"]))
    text = ngettext(
        "%(count)d question answered in time", "all %(count)d questions answered in time", number
    )
    return text % {"count": number}


def payouts_failed(params: Params) -> str:
    number = int(str(params["count"]))
    text = ngettext("%(count)d payout did not arrive", "%(count)d payouts did not arrive", number)
    return text % {"count": number}


def revenue_up(params: Params) -> str:
    if not params["change_ppm"]:
        return _("revenue as before")
    return _("revenue up %(change)s") % shown(params)


def revenue_down(params: Params) -> str:
    if not params["change_ppm"]:
        return _("revenue as before")
    return _("revenue down %(change)s") % shown(params)


WORDINGS: dict[str, Wording] = {
    "revenue_up": revenue_up,
    "revenue_down": revenue_down,
    "revenue_began": gettext_lazy("first orders after a time without"),
    "revenue_none": gettext_lazy("no orders"),
    "new_share": gettext_lazy("%(share)s of orders by new customers"),
    "customers_unknown": gettext_lazy("the shop does not say who is new"),
    "no_orders": gettext_lazy("no orders in 90 days"),
    "sent_back": gettext_lazy("%(share)s sent back"),
    "clicks_odd": gettext_lazy("%(share)s of clicks did not count"),
    "clicks_fine": gettext_lazy("no odd clicks in %(days)s days"),
    "withheld": withheld,
    "signed": gettext_lazy("signed by both"),
    "unsigned": gettext_lazy("not signed by both"),
    "questions_late": questions_late,
    "questions_in_time": questions_in_time,
    "payouts_failed": payouts_failed,
}
