"""What a replay takes for granted, and what it cannot know."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from handsel.ui.wording.shown import Params, Wording


def computed_singly(params: Params) -> str:
    number = int(str(params["number"]))
    text = ngettext(
        "%(number)d order or period was computed on its own, all others together; the cents are"
        " the same.",
        "%(number)d orders and periods were computed one by one, all others together; the cents"
        " are the same.",
        number,
    )
    return text % {"number": number}


WORDINGS: dict[str, Wording] = {
    "behaviour_unchanged": _(
        "Customers and partners do just what they did. Better pay may bring more orders, worse pay"
        " fewer: this cannot be seen in the past."
    ),
    "declined_counted": _(
        "Commissions that somebody declined or adjusted by hand are computed as the terms say."
    ),
    "window_beyond_known": _(
        "Clicks are known up to %(days)s days before an order. A window of %(window_days)s days may"
        " credit orders that nobody can count today."
    ),
    "period_cut": _(
        "A month, quarter or year of the terms reaches beyond these dates; only what lies within"
        " them is counted."
    ),
    "bonuses_left_out": _(
        "Bonuses for a first sale, joining, staying, tasks and views are left out on both sides."
    ),
    "overrides_left_out": _(
        "Shares of what partners earn who were brought by others are left out on both sides."
    ),
    "too_few_months": _("With fewer than %(least)s months nobody can say how sure this is."),
    "computed_singly": computed_singly,
}
