"""One member of the terms that changed: a sentence, or what it was and what it is."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext

from handsel.ui.figures import money_text, rate_text
from handsel.ui.wording.shown import Params, list_text
from handsel.ui.wording.terms.extras import CHANNELS
from handsel.ui.wording.terms.sections import RANKS

# A member that is on or off, or starts here or there: its words for the new value.
SWITCHES: Mapping[str, Mapping[object, Promise]] = {
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
    "recurring.terms": {
        "first_order": gettext_lazy("Renewals now keep the version of the first order."),
        "in_force": gettext_lazy("Renewals are now paid by the version in force at the renewal."),
    },
}
DAYS: Mapping[str, Promise] = {
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
    "ending.notice_days": ngettext_lazy(
        "What gets worse is announced %(new)d day before, was %(old)d.",
        "What gets worse is announced %(new)d days before, was %(old)d.",
        "new",
    ),
}
MODELS: Mapping[str, Promise] = {
    "last_click": gettext_lazy("the last click"),
    "first_click": gettext_lazy("the first click"),
    "linear": gettext_lazy("all clicks, in equal parts"),
    "position": gettext_lazy("the first and the last click most"),
    "time_decay": gettext_lazy("all clicks, later ones more"),
}
ALLOWED: Mapping[object, Promise] = {
    None: gettext_lazy("nothing said"),
    "allowed": gettext_lazy("allowed"),
    "on_approval": gettext_lazy("allowed once the brand has agreed"),
    "forbidden": gettext_lazy("not allowed"),
}
LABELS: Mapping[str, Promise] = {
    "currency": gettext_lazy("currency"),
    "time_zone": gettext_lazy("time zone"),
    "attribution.model": gettext_lazy("credit"),
    "attribution.window_days": gettext_lazy("window"),
    "attribution.better_at_once": gettext_lazy("better terms for earlier clicks"),
    "attribution.precedence": gettext_lazy("what comes first"),
    "attribution.half_life_days": gettext_lazy("half-life of a click’s weight"),
    "attribution.introducer_floor_ppm": gettext_lazy("least share of the first click’s partner"),
    "attribution.stand_down_s": gettext_lazy("clicks that come too late to take credit"),
    "attribution.lifetime_days": gettext_lazy("a customer stays bound to a partner"),
    "attribution.owned_skus": gettext_lazy("articles of one’s own"),
    "basis.with_tax": gettext_lazy("tax counts"),
    "basis.with_shipping": gettext_lazy("shipping counts"),
    "basis.before_discounts": gettext_lazy("counted before discounts"),
    "hold.days": gettext_lazy("approval after"),
    "hold.starts": gettext_lazy("approval counts from"),
    "refunds.fixed_parts": gettext_lazy("fixed amounts after refunds"),
    "payout.threshold_minor": gettext_lazy("payouts from"),
    "recurring.payments_max": gettext_lazy("renewals paid"),
    "recurring.months_max": gettext_lazy("renewals paid for"),
    "recurring.terms": gettext_lazy("version for renewals"),
    "ending.notice_days": gettext_lazy("notice"),
    "ending.tail_days": gettext_lazy("earlier clicks count after the end"),
    "promotion.note": gettext_lazy("note on advertising"),
    **{f"promotion.{name}": label for name, label in CHANNELS.items()},
}
STARTS: Mapping[object, Promise] = {
    "order": gettext_lazy("the order"),
    "delivery": gettext_lazy("the delivery"),
}
VERSIONS: Mapping[object, Promise] = {
    "first_order": gettext_lazy("that of the first order"),
    "in_force": gettext_lazy("the one in force"),
}


def changed(params: Params) -> str:
    """One member of the terms, as a sentence. Raises KeyError for a member without words."""
    field, new = str(params["field"]), params["new"]
    if field in SWITCHES:
        return str(SWITCHES[field][new])
    if field in DAYS:
        return str(DAYS[field] % params)
    if field == "currency":
        return _("Amounts are now in %(new)s, were in %(old)s.") % params
    if field == "payout.threshold_minor":
        return _("Payouts now start at %(new)s, was %(old)s.") % _values(params)
    return capfirst(_("%(what)s: now %(new)s, was %(old)s.") % _values(params))


def changed_short(params: Params) -> str:
    """`window: 30 days → 45 days`."""
    return _("%(what)s: %(old)s → %(new)s") % _values(params)


def _values(params: Params) -> dict[str, str]:
    field = str(params["field"])
    read = VALUES.get(field, _text)
    currency = str(params.get("currency") or "")
    values = {side: read(params[side], currency) for side in ("old", "new")}
    return {"what": str(LABELS[field]), **values}


Read = Callable[[object, str], str]


def _text(value: object, currency: str) -> str:
    """Words of somebody's own, or of a code that has but one value."""
    return str(value) if value else pgettext("words", "nothing")


def _days(value: object, currency: str) -> str:
    days = int(str(value))
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _seconds(value: object, currency: str) -> str:
    seconds = int(str(value))
    text = ngettext("within %(seconds)d second", "within %(seconds)d seconds", seconds)
    return text % {"seconds": seconds} if seconds else pgettext("clicks", "none")


def _renewals(value: object, currency: str) -> str:
    return pgettext("renewals", "all") if value is None else str(value)


def _months(value: object, currency: str) -> str:
    if value is None:
        return _("without end")
    months = int(str(value))
    return ngettext("%(months)d month", "%(months)d months", months) % {"months": months}


def _lifetime(value: object, currency: str) -> str:
    if value is None:
        return _("for ever")
    return _days(value, currency) if value else _("not at all")


def _tail(value: object, currency: str) -> str:
    return _("for as long as their window") if value is None else _days(value, currency)


def _money(value: object, currency: str) -> str:
    return money_text(int(str(value)), currency)


def _ranks(value: object, currency: str) -> str:
    ranks = [str(RANKS[str(rank)]) for rank in cast(Iterable[object], value)]
    return "; ".join(ranks) or pgettext("credit", "nothing")


def _skus(value: object, currency: str) -> str:
    return list_text(value) if value else pgettext("articles", "none")


def _choice(words: Mapping[object, Promise] | Mapping[str, Promise]) -> Read:
    return lambda value, currency: str(cast(Mapping[object, Promise], words)[value])


def _yes_or_no(value: object, currency: str) -> str:
    return _("yes") if value else _("no")


VALUES: Mapping[str, Read] = {
    "attribution.model": _choice(MODELS),
    "attribution.window_days": _days,
    "attribution.better_at_once": _yes_or_no,
    "attribution.precedence": _ranks,
    "attribution.half_life_days": _days,
    "attribution.introducer_floor_ppm": lambda value, currency: rate_text(int(str(value))),
    "attribution.stand_down_s": _seconds,
    "attribution.lifetime_days": _lifetime,
    "attribution.owned_skus": _skus,
    "basis.with_tax": _yes_or_no,
    "basis.with_shipping": _yes_or_no,
    "basis.before_discounts": _yes_or_no,
    "hold.days": _days,
    "hold.starts": _choice(STARTS),
    "payout.threshold_minor": _money,
    "recurring.payments_max": _renewals,
    "recurring.months_max": _months,
    "recurring.terms": _choice(VERSIONS),
    "ending.notice_days": _days,
    "ending.tail_days": _tail,
    **{f"promotion.{name}": _choice(ALLOWED) for name in CHANNELS},
}
