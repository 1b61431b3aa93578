"""Why a touch was credited or not, and which terms follow from it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.ui.wording.shown import Params, Wording, shown


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


def lifetime_over(params: Params) -> str:
    days = params.get("lifetime_days")
    if days is None:
        return _("The order came after the time this customer was bound.")
    text = ngettext(
        "The order came after the %(days)d day this customer was bound.",
        "The order came after the %(days)d days this customer was bound.",
        int(str(days)),
    )
    return text % {"days": days}


# A model that decides between touches of one rank, or a kind of touch that comes before them.
CREDITED: dict[str, Promise] = {
    "last_click": gettext_lazy("Credited: nothing that counts came after it."),
    "first_click": gettext_lazy("Credited: the first that counts is credited."),
    "linear": gettext_lazy("Credited: all that count share the credit equally."),
    "position": gettext_lazy("Credited: the first and the last count most."),
    "time_decay": gettext_lazy("Credited: the later it came, the more it counts."),
    "sku": gettext_lazy("Credited: an article of the order is this partner’s own."),
    "customer": gettext_lazy("Credited: the customer was assigned to this partner."),
    "lifetime": gettext_lazy("Credited: this partner brought the customer’s first order."),
    "renewal": gettext_lazy("Credited: this partner brought the subscription."),
    "manual": gettext_lazy("Credited by hand, with a reason."),
}


def credited(params: Params) -> str:
    said = str(CREDITED[str(params.get("by") or "last_click")])
    if "weights" not in params:
        return said
    share = _share_ppm(int(str(params["weight"])), int(str(params["weights"])))
    blanks = {"said": said, **shown({"share_ppm": share})}
    return _("%(said)s Its share is %(share)s.") % blanks


def _share_ppm(weight: int, weights: int) -> int:
    """To a tenth of a percent, as one reads it; what is paid is computed exactly."""
    return round(weight * 1000 / weights) * 1000


CREDIT_RULES: dict[str, Promise] = {
    "last_click": gettext_lazy(
        "The agreement of the partner who came last decides who is credited: the last that counts."
    ),
    "first_click": gettext_lazy(
        "The agreement of the partner who came last decides who is credited: the first that counts."
    ),
    "linear": gettext_lazy(
        "The agreement of the partner who came last decides who is credited: all that count, "
        "equally."
    ),
    "position": gettext_lazy(
        "The agreement of the partner who came last decides who is credited: the first and the "
        "last with 40%% each, those between share 20%%."
    ),
    "time_decay": gettext_lazy(
        "The agreement of the partner who came last decides who is credited: all that count, the "
        "later the more."
    ),
}


def credit_rules(params: Params) -> str:
    if params["rank"] == "channel":
        return _("The brand’s own advertising comes first, and earns nobody a commission.")
    return str(CREDIT_RULES[str(params["model"])] % params)


STEPS: dict[str, Wording] = {
    "credit_rules": credit_rules,
    "introducer_floor": gettext_lazy(
        "Whoever introduced the customer gets at least %(floor)s: the share was raised to that."
    ),
}

WORDINGS: dict[str, Wording] = {
    "credited": credited,
    "shares": gettext_lazy(
        "Counted: it adds to the share of its partner, whose later one is credited."
    ),
    "binds_terms": gettext_lazy(
        "A click of the partner whose code is credited; its day decides which terms apply."
    ),
    "code_wins": gettext_lazy("Not credited: a personal code on the order comes before any click."),
    "earlier_than_last": gettext_lazy("Not credited: another one came later, and the last counts."),
    "later_than_first": gettext_lazy(
        "Not credited: another one came earlier, and the first counts."
    ),
    "stood_down": gettext_lazy(
        "Not credited: it came in the last seconds, after another partner’s click."
    ),
    "sku_wins": gettext_lazy(
        "Not credited: the order holds an article that is another partner’s own."
    ),
    "customer_wins": gettext_lazy("Not credited: the customer was assigned to a partner."),
    "click_wins": gettext_lazy("Not credited: a click comes before it here."),
    "lifetime_wins": gettext_lazy(
        "Not credited: the customer is bound to the partner of the first order."
    ),
    "channel_wins": gettext_lazy(
        "Not credited: the brand’s own advertising comes first here, and earns nobody a commission."
    ),
    "renewal_wins": gettext_lazy(
        "Not credited: a renewal goes to whoever brought the subscription."
    ),
    "manual_wins": gettext_lazy("Not credited: a person decided otherwise, with a reason."),
    "not_in_precedence": gettext_lazy(
        "Not credited: under the agreement that decides, its kind earns no credit."
    ),
    "own_channel": gettext_lazy("The brand’s own advertising or mail: it earns no commission."),
    "after_tail": gettext_lazy(
        "Not credited: the partnership had ended, and earlier clicks counted no longer."
    ),
    "lifetime_over": lifetime_over,
    "sku_not_owned": gettext_lazy("Not credited: the article is not this partner’s own."),
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
    "first_order": gettext_lazy("The terms of the subscription’s first order apply."),
    "chosen": gettext_lazy("The terms that were chosen with the credit apply."),
}
