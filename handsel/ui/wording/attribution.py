"""Why a touch was credited or not, and which terms follow from it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.wording.shown import Params, Wording


def outside_window(params: Params) -> str:
    days = params.get("window_days")
    if days is None:
        return _("The order came after the time this click counts for.")
    text = ngettext(
        "The order came after the %(days)d day this click counts for.",
        "The order came after the %(days)d days this click counts for.",
        int(str(days)),
    )
    return text % {"days": days}


WORDINGS: dict[str, Wording] = {
    "credited": gettext_lazy("Credited: nothing that counts came after it."),
    "binds_terms": gettext_lazy(
        "A click of the partner whose code is credited; its day decides which terms apply."
    ),
    "code_wins": gettext_lazy("Not credited: a personal code on the order comes before any click."),
    "earlier_than_last": gettext_lazy("Not credited: another one came later, and the last counts."),
    "click_forged": gettext_lazy("Not credited: the click id does not prove itself."),
    "not_confirmed": gettext_lazy(
        "Not credited: only a browser named it, and the shop’s own word of the order does not."
    ),
    "click_filtered": gettext_lazy("Not credited: the click was not a visitor’s."),
    "filtered_prefetch": gettext_lazy(
        "Not credited: a browser only loaded the page in case somebody would go there."
    ),
    "filtered_preview": gettext_lazy(
        "Not credited: a program fetched the page to show a preview of the link."
    ),
    "filtered_hidden_load": gettext_lazy(
        "Not credited: the link was loaded as a picture, a frame or by a script, and nobody"
        " went there."
    ),
    "filtered_bot": gettext_lazy(
        "Not credited: the click came from a program that reads pages by itself."
    ),
    "filtered_data_centre": gettext_lazy(
        "Not credited: the click came from a data centre, and the program’s click filter is strict."
    ),
    "after_order": gettext_lazy("Not credited: it came after the order."),
    "partnership_not_active": gettext_lazy("Not credited: no agreement was in force at that time."),
    "outside_window": outside_window,
    "in_force_at_click": gettext_lazy("The terms of the day of the click apply."),
    "in_force_at_order": gettext_lazy("The terms of the day of the order apply."),
}
