"""What a new version of terms changes, a sentence per change."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from handsel.ui.figures import money_text, rate_text
from handsel.ui.wording.shown import Params, Wording
from handsel.ui.wording.terms import conditions, fixed, percent

# A field that is on or off, or starts here or there: its words for the new value.
SWITCHES: dict[str, dict[object, Promise]] = {
    "basis.with_tax": {
        True: gettext_lazy("Tax now counts."),
        False: gettext_lazy("Tax no longer counts."),
    },
    "basis.with_shipping": {
        True: gettext_lazy("Shipping now counts."),
        False: gettext_lazy("Shipping no longer counts."),
    },
    "basis.before_discounts": {
        True: gettext_lazy("Goods now count before discounts."),
        False: gettext_lazy("Goods now count after discounts."),
    },
    "attribution.better_at_once": {
        True: gettext_lazy("Where this version pays more, it now also holds for earlier clicks."),
        False: gettext_lazy(
            "Earlier clicks now keep their own version, even where this one pays more."
        ),
    },
    "hold.starts": {
        "delivery": gettext_lazy("The days until approval now start at the delivery."),
        "order": gettext_lazy("The days until approval now start at the order."),
    },
}

DAYS: dict[str, Promise] = {
    "attribution.window_days": ngettext_lazy(
        "A click counts for %(new)d day, was %(old)d.",
        "A click counts for %(new)d days, was %(old)d.",
        "new",
    ),
    "hold.days": ngettext_lazy(
        "Approval comes after %(new)d day, was %(old)d.",
        "Approval comes after %(new)d days, was %(old)d.",
        "new",
    ),
}


def changed(params: Params) -> str:
    """One field of the terms. Raises KeyError for a field without words."""
    field, new = str(params["field"]), params["new"]
    if field in SWITCHES:
        return str(SWITCHES[field][new])
    if field in DAYS:
        return str(DAYS[field] % params)
    return FIELDS[field](params)


def currency(params: Params) -> str:
    return _("Amounts are now in %(new)s, were in %(old)s.") % params


def threshold(params: Params) -> str:
    text = _("Payouts now start at %(new)s, was %(old)s.")
    return text % _amounts(params)


FIELDS: dict[str, Callable[[Params], str]] = {
    "currency": currency,
    "payout.threshold_minor": threshold,
}


def rate_changed(params: Params) -> str:
    values = {side: rate_text(int(str(params[side]))) for side in ("old", "new")}
    return " ".join([_("The rate is now %(new)s, was %(old)s.") % values, *conditions(params)])


def amount_changed(params: Params) -> str:
    text = _("The amount for each order is now %(new)s, was %(old)s.")
    return " ".join([text % _amounts(params), *conditions(params)])


def rule_added(params: Params) -> str:
    return _("New: %(rule)s") % {"rule": _rule(params, "new")}


def rule_removed(params: Params) -> str:
    return _("No longer: %(rule)s") % {"rule": _rule(params, "old")}


def _rule(params: Params, side: str) -> str:
    if params["kind"] == "percent":
        return percent({**params, "rate_ppm": params[side]})
    return fixed({**params, "amount_minor": params[side]})


def _amounts(params: Params) -> dict[str, str]:
    code = str(params["currency"])
    return {side: money_text(int(str(params[side])), code) for side in ("old", "new")}


WORDINGS: dict[str, Wording] = {
    "changed": changed,
    "rate_changed": rate_changed,
    "amount_changed": amount_changed,
    "rule_added": rule_added,
    "rule_removed": rule_removed,
}
