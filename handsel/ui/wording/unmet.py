"""Why a rule, a renewal or a bonus paid nothing. `%(clause)s` is its § of the agreement."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from handsel.ui.wording.shown import Params

NOT_MET: dict[str, Promise] = {
    "customer_unknown": gettext_lazy(
        "§%(clause)s did not apply: whether the customer is new is not known."
    ),
    "customer_new": gettext_lazy("§%(clause)s did not apply: the customer is new."),
    "customer_returning": gettext_lazy(
        "§%(clause)s did not apply: the customer had bought before."
    ),
    "event_other": gettext_lazy("§%(clause)s did not apply: it pays for something else than this."),
    "renewal_unknown": gettext_lazy(
        "§%(clause)s did not apply: which renewal this is, the shop did not say."
    ),
    "renewal_other": gettext_lazy("§%(clause)s did not apply: it pays for other renewals."),
    "link_unknown": gettext_lazy("§%(clause)s did not apply: no link led to this order."),
    "link_other": gettext_lazy("§%(clause)s did not apply: another link led to this order."),
    "code_other": gettext_lazy("§%(clause)s did not apply: its code was not used."),
    "country_unknown": gettext_lazy("§%(clause)s did not apply: the country is not known."),
    "country_other": gettext_lazy("§%(clause)s did not apply: it is for other countries."),
    "device_unknown": gettext_lazy("§%(clause)s did not apply: the device is not known."),
    "device_other": gettext_lazy("§%(clause)s did not apply: it is for other devices."),
    "source_unknown": gettext_lazy(
        "§%(clause)s did not apply: which page the click came from is not known."
    ),
    "source_other": gettext_lazy("§%(clause)s did not apply: the click came from another site."),
    "order_size": gettext_lazy("§%(clause)s did not apply: it is for orders of another size."),
    "metadata_unknown": gettext_lazy(
        "§%(clause)s did not apply: the shop did not send what it asks for."
    ),
    "metadata_other": gettext_lazy(
        "§%(clause)s did not apply: the shop sent another value than it asks for."
    ),
    "too_early": gettext_lazy("§%(clause)s did not apply: its time had not begun."),
    "too_late": gettext_lazy("§%(clause)s did not apply: its time was over."),
    "no_such_article": gettext_lazy("§%(clause)s did not apply: no article of the order is meant."),
    "no_alternative": gettext_lazy("§%(clause)s did not apply: none of its alternatives holds."),
    "ruled_out": gettext_lazy("§%(clause)s did not apply: what it leaves out was the case."),
    "all_excluded": gettext_lazy("§%(clause)s did not apply: these articles are excluded."),
    "more_specific_rule": gettext_lazy(
        "§%(clause)s did not apply: a more specific clause pays for these articles."
    ),
    "nothing_counts": gettext_lazy("§%(clause)s did not apply: nothing counts."),
    "nothing_left": gettext_lazy("§%(clause)s did not apply: everything was sent back."),
    "not_bought_yet": gettext_lazy(
        "§%(clause)s does not apply yet: it pays once the customer has bought."
    ),
    "paid_by_day": gettext_lazy("§%(clause)s did not apply: it pays clicks, day by day."),
}

RENEWAL_NOT_PAID: dict[str, Promise] = {
    "payments_max": gettext_lazy("§%(clause)s: all renewals it pays for have been paid."),
    "months_max": gettext_lazy("§%(clause)s: the months in which it pays for renewals are over."),
    "number_unknown": gettext_lazy(
        "§%(clause)s: which renewal this is, the shop did not say; so it is not paid."
    ),
    "start_unknown": gettext_lazy(
        "§%(clause)s: when the subscription began is not known; so the renewal is not paid."
    ),
}

BONUS_NOT_EARNED: dict[str, Promise] = {
    "no_order": gettext_lazy("§%(clause)s pays once something was sold."),
    "joining_unknown": gettext_lazy("§%(clause)s pays nothing: the day of joining is not known."),
    "too_early": gettext_lazy("§%(clause)s pays nothing yet: its time has not come."),
    "too_late": gettext_lazy("§%(clause)s pays nothing: its time was over."),
    "too_few_orders": gettext_lazy("§%(clause)s pays nothing: there were too few orders."),
    "times_max": gettext_lazy("§%(clause)s pays nothing: it was paid as often as agreed."),
    "too_few_views": gettext_lazy("§%(clause)s pays nothing yet: there are too few views."),
}

OVERRIDE_NOT_EARNED: dict[str, Promise] = {
    "no_override": gettext_lazy("The agreement pays nothing for partners brought this way."),
    "months_max": gettext_lazy(
        "§%(clause)s pays nothing: the months in which it pays for this partner are over."
    ),
}


def said(reasons: Mapping[str, Promise], params: Params) -> str:
    return str(reasons[str(params["reason"])] % params)


def rule_not_met(params: Params) -> str:
    return said(NOT_MET, params)


def renewal_not_paid(params: Params) -> str:
    return said(RENEWAL_NOT_PAID, params)


def bonus_not_earned(params: Params) -> str:
    return said(BONUS_NOT_EARNED, params)


def override_not_earned(params: Params) -> str:
    return said(OVERRIDE_NOT_EARNED, params)
