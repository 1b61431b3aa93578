"""The sections of terms in words: credit, what counts, hold, payout, renewals, the end."""

from collections.abc import Iterable, Mapping
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.terms import AttributionTerms
from handsel.ui.wording.shown import Params, Wording, shown

RANKS: dict[str, Promise] = {
    "sku": gettext_lazy("an article of this partner’s own"),
    "customer": gettext_lazy("a customer who belongs to a partner"),
    "code": gettext_lazy("a personal code on the order"),
    "click": gettext_lazy("a click"),
    "lifetime": gettext_lazy("a customer whose first order was credited"),
    "channel": gettext_lazy("the brand’s own advertising and mail, which earn nobody a commission"),
}


def credit(params: Params) -> str:
    said = [_model(params)]
    if _is_usual(params, "precedence"):
        said.append(_("A personal code on the order comes before any click."))
    else:
        said.append(_precedence(params))
    if params["better_at_once"]:
        said.append(_("Where this version pays more, it also holds for earlier clicks."))
    return " ".join([*said, *_half_life(params), *_shares(params), *_bindings(params)])


def _is_usual(params: Params, member: str) -> bool:
    return bool(params[member] == AttributionTerms.model_fields[member].default)


def _model(params: Params) -> str:
    days = int(str(params["window_days"]))
    texts = {
        "last_click": ngettext(
            "The last click in the %(days)d day before an order is credited.",
            "The last click in the %(days)d days before an order is credited.",
            days,
        ),
        "first_click": ngettext(
            "The first click in the %(days)d day before an order is credited.",
            "The first click in the %(days)d days before an order is credited.",
            days,
        ),
        "linear": ngettext(
            "All clicks in the %(days)d day before an order share the credit in equal parts.",
            "All clicks in the %(days)d days before an order share the credit in equal parts.",
            days,
        ),
        "position": ngettext(
            "Of the clicks in the %(days)d day before an order, the first and the last get 40%% "
            "of the credit each; those between share the rest. Two share it equally.",
            "Of the clicks in the %(days)d days before an order, the first and the last get 40%% "
            "of the credit each; those between share the rest. Two share it equally.",
            days,
        ),
        "time_decay": ngettext(
            "All clicks in the %(days)d day before an order share the credit, later ones more.",
            "All clicks in the %(days)d days before an order share the credit, later ones more.",
            days,
        ),
    }
    return texts[str(params["model"])] % {"days": days}


def _precedence(params: Params) -> str:
    named = [str(rank) for rank in cast(Iterable[object], params["precedence"])]
    if not named:
        return _("Nothing earns credit.")
    ranks = "; ".join(str(RANKS[rank]) for rank in named)
    text = _("The first of these that is there decides, and nothing else earns credit: %(ranks)s.")
    return text % {"ranks": ranks}


def _half_life(params: Params) -> list[str]:
    days = int(str(params["half_life_days"]))
    if params["model"] == "time_decay":
        text = ngettext(
            "A click has half the weight of one that came %(days)d day after it.",
            "A click has half the weight of one that came %(days)d days after it.",
            days,
        )
        return [text % {"days": days}]
    if _is_usual(params, "half_life_days"):
        return []
    text = ngettext(
        "The half-life of %(days)d day plays no part in this.",
        "The half-life of %(days)d days plays no part in this.",
        days,
    )
    return [text % {"days": days}]


def _shares(params: Params) -> list[str]:
    said = []
    if params["introducer_floor_ppm"]:
        text = _("The partner of the first click gets at least %(introducer_floor)s of the credit.")
        said.append(text % shown(params))
    if seconds := int(str(params["stand_down_s"])):
        said.append(_stand_down(seconds))
    return said


def _stand_down(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest:
        text = ngettext(
            "A click less than %(seconds)d second before the order takes nothing from an earlier "
            "click of another partner.",
            "A click less than %(seconds)d seconds before the order takes nothing from an earlier "
            "click of another partner.",
            seconds,
        )
        return text % {"seconds": seconds}
    text = ngettext(
        "A click less than %(minutes)d minute before the order takes nothing from an earlier "
        "click of another partner.",
        "A click less than %(minutes)d minutes before the order takes nothing from an earlier "
        "click of another partner.",
        minutes,
    )
    return text % {"minutes": minutes}


def _bindings(params: Params) -> list[str]:
    said = []
    if params["lifetime_days"] is None:
        said.append(_("A customer stays bound to the partner of the first order for ever."))
    elif days := int(str(params["lifetime_days"])):
        text = ngettext(
            "A customer stays bound to the partner of the first order for %(days)d day.",
            "A customer stays bound to the partner of the first order for %(days)d days.",
            days,
        )
        said.append(text % {"days": days})
    if params["owned_skus"]:
        text = _("Orders with one of these articles are credited without a click: %(owned_skus)s.")
        said.append(text % shown(params))
    return said


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


def recurring(params: Params) -> str:
    payments, months = params["payments_max"], params["months_max"]
    if payments is None:
        said = [_("All renewals of a subscription are paid.")]
    elif payments == 0:
        said = [_("Renewals of a subscription are not paid.")]
    else:
        number = int(str(payments))
        text = ngettext(
            "The first renewal of a subscription is paid.",
            "The first %(payments)d renewals of a subscription are paid.",
            number,
        )
        said = [text % {"payments": number}]
    if months is not None:
        number = int(str(months))
        text = ngettext(
            "Only within %(months)d month of the first order.",
            "Only within %(months)d months of the first order.",
            number,
        )
        said.append(text % {"months": number})
    said.append(
        _("They keep the version of the first order.")
        if params["terms"] == "first_order"
        else _("The version in force at the renewal applies.")
    )
    return " ".join(said)


def ending(params: Params) -> str:
    said = [_notice(int(str(params["notice_days"])))]
    if params["tail_days"] is not None:
        said.append(_tail(int(str(params["tail_days"]))))
    return " ".join(said)


def _notice(days: int) -> str:
    if days == 0:
        return _("A change for the worse, or the end, needs no notice.")
    text = ngettext(
        "A change for the worse, or the end, is announced at least %(days)d day before.",
        "A change for the worse, or the end, is announced at least %(days)d days before.",
        days,
    )
    return text % {"days": days}


def _tail(days: int) -> str:
    if days == 0:
        return _("After the end, no earlier click counts.")
    text = ngettext(
        "After the end, earlier clicks count for %(days)d more day.",
        "After the end, earlier clicks count for %(days)d more days.",
        days,
    )
    return text % {"days": days}


WORDINGS: Mapping[str, Wording] = {
    "credit": credit,
    "basis": basis,
    "hold": hold,
    "refunds": gettext_lazy(
        "What is sent back takes its percentage back. Fixed amounts stay until nothing is left of "
        "the order."
    ),
    "payout": payout,
    "recurring": recurring,
    "ending": ending,
    "time_zone": gettext_lazy("Days, weeks and months begin as clocks show it in: %(time_zone)s."),
}
