"""How a commission came to be, step by step, as the receipt tells it."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.money import exponent
from handsel.ui.figures import settle
from handsel.ui.locales import reader_locale
from handsel.ui.wording import settlements
from handsel.ui.wording.shown import Params, Wording, shown
from handsel.ui.wording.unmet import renewal_not_paid, rule_not_met


def order(params: Params) -> str:
    said = [_("Order %(order)s of %(occurred)s.") % shown(params)]
    if params.get("is_cancelled"):
        said.append(_("It was cancelled."))
    if not params.get("is_verified"):
        said.append(_("Only a browser has reported it so far."))
    customers = {
        True: _("The customer is new."),
        False: _("The customer has bought before."),
        None: _("Whether the customer is new is not known."),
    }
    return " ".join([*said, customers[_known(params["customer_is_new"])]])


def _known(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


TERMS: dict[str, Promise] = {
    "in_force_at_click": gettext_lazy(
        "Version %(number)s of the agreement applies: it was in force at the click."
    ),
    "in_force_at_order": gettext_lazy(
        "Version %(number)s of the agreement applies: it was in force at the order."
    ),
    "first_order": gettext_lazy(
        "Version %(number)s of the agreement applies: the subscription’s first order had it."
    ),
    "chosen": gettext_lazy(
        "Version %(number)s of the agreement applies: it was chosen with the credit."
    ),
    "better_at_once": gettext_lazy(
        "Version %(number)s of the agreement applies: it pays more than the one of the click."
    ),
}


def terms(params: Params) -> str:
    return str(TERMS[str(params["because"])] % params)


def better_at_once(params: Params) -> str:
    amounts = shown(
        {
            "older_pays_minor": params["older_minor"],
            "newer_pays_minor": params["newer_minor"],
            "currency": params["currency"],
        }
    )
    text = _(
        "Version %(older)s pays %(older_pays)s and version %(newer)s pays %(newer_pays)s; "
        "the higher amount counts."
    )
    return text % {**params, **amounts}


def article(params: Params) -> str:
    blanks = shown({**params, "article": params.get("sku") or params["line_id"]})
    said = [_("%(quantity)s × %(article)s for %(gross)s: %(counts)s counts.") % blanks]
    if params.get("discount_minor"):
        said.append(_("A discount of %(discount)s was given.") % blanks)
    if params.get("tax_minor"):
        said.append(_("%(tax)s of it is tax.") % blanks)
    if params.get("refunded_minor"):
        said.append(_("%(refunded)s was paid back.") % blanks)
    return " ".join(said)


def shipping(params: Params) -> str:
    if not params.get("amount_minor"):
        return _("No shipping was paid.")
    said = [_("Shipping for %(amount)s: %(counts)s counts.") % shown(params)]
    if params.get("refunded_minor"):
        said.append(_("%(refunded)s was paid back.") % shown(params))
    return " ".join(said)


def percent(params: Params) -> str:
    blanks = shown(params)
    whole = _("§%(clause)s: %(rate)s of %(basis)s is %(amount)s.") % blanks
    exact = exact_text(params)
    return f"{whole} {_('Exactly %(exact)s, rounded once.') % {'exact': exact}}" if exact else whole


def exact_text(params: Params) -> str:
    """The line's amount before rounding, `11.4171`; empty where nothing was rounded."""
    numerator, denominator = int(str(params["numerator"])), int(str(params["denominator"]))
    if numerator % denominator == 0:
        return ""
    value = Decimal(numerator) / denominator
    value = value.scaleb(-exponent(str(params["currency"])))
    return settle(format_decimal(value, locale=reader_locale(), decimal_quantization=False))


def tiers(params: Params) -> str:
    """By volume: no one rate need have paid it."""
    whole = _("§%(clause)s: on %(basis)s the rates by volume give %(amount)s.") % shown(params)
    exact = exact_text(params)
    return f"{whole} {_('Exactly %(exact)s, rounded once.') % {'exact': exact}}" if exact else whole


def standing(params: Params) -> str:
    """Where rolling tiers begin."""
    days = int(str(params["days"]))
    if "orders" in params:
        text = ngettext(
            "§%(clause)s: %(orders)s orders had counted in the %(days)d day before.",
            "§%(clause)s: %(orders)s orders had counted in the %(days)d days before.",
            days,
        )
    else:
        text = ngettext(
            "§%(clause)s: %(before)s had counted in the %(days)d day before.",
            "§%(clause)s: %(before)s had counted in the %(days)d days before.",
            days,
        )
    return text % {**shown(params), "days": days}


TIERS_LATER: dict[str, Promise] = {
    "day": gettext_lazy("§%(clause)s: the rates by volume are settled when the day is over."),
    "week": gettext_lazy("§%(clause)s: the rates by volume are settled when the week is over."),
    "month": gettext_lazy("§%(clause)s: the rates by volume are settled when the month is over."),
    "quarter": gettext_lazy(
        "§%(clause)s: the rates by volume are settled when the quarter is over."
    ),
    "year": gettext_lazy("§%(clause)s: the rates by volume are settled when the year is over."),
    "ever": gettext_lazy("§%(clause)s: the rates by volume are settled beside the orders."),
}


def tiers_later(params: Params) -> str:
    return str(TIERS_LATER[str(params["period"])] % params)


def item(params: Params) -> str:
    text = ngettext(
        "§%(clause)s: %(amount)s for %(quantity)d item.",
        "§%(clause)s: %(amount)s for %(quantity)d items.",
        int(str(params["quantity"])),
    )
    return text % shown(params)


def cap(params: Params) -> str:
    return _("§%(clause)s: %(taken)s is above the most that is paid.") % _taken(params)


def share(params: Params) -> str:
    return _("§%(clause)s: of %(basis)s other partners get %(taken)s.") % _taken(params)


def _taken(params: Params) -> dict[str, object]:
    """What a line takes away, as a reader says it: without the sign."""
    return shown({**params, "taken_minor": -int(str(params["amount_minor"]))})


EVENTS: dict[str, Promise] = {
    "lead": gettext_lazy("It is a lead, not a sale."),
    "sign_up": gettext_lazy("It is a sign-up, not a sale."),
    "renewal": gettext_lazy("It renews a subscription."),
}


def event(params: Params) -> str:
    said = str(EVENTS[str(params["event"])])
    if not params.get("number"):
        return said
    return f"{said} {_('It is renewal number %(number)s.') % params}"


def hold(params: Params) -> str:
    if until := params.get("until"):
        return _("It waits for returns until %(until)s.") % shown({"until_at": until})
    days = int(str(params["days"]))
    text = ngettext(
        "It waits for the delivery, and then %(days)d day for returns.",
        "It waits for the delivery, and then %(days)d days for returns.",
        days,
    )
    return text % {"days": days}


NOT_CREDITED: dict[str, Promise] = {
    "another_touch": gettext_lazy("Another partner is credited for this order."),
    "no_eligible_touch": gettext_lazy("Nobody is credited: no click and no code counts."),
    "own_channel": gettext_lazy(
        "Nobody is credited: the brand’s own advertising or mail led to this order."
    ),
}


def not_credited(params: Params) -> str:
    return str(NOT_CREDITED[str(params["reason"])])


WORDINGS: dict[str, Wording] = {
    "order": order,
    "terms": terms,
    "better_at_once": better_at_once,
    "article": article,
    "shipping": shipping,
    "counts": gettext_lazy("%(amount)s of the order counts for the commission."),
    "percent": percent,
    "fixed": gettext_lazy("§%(clause)s: %(amount)s for the order."),
    "event": event,
    "item": item,
    "lead": gettext_lazy("§%(clause)s: %(amount)s for it."),
    "tiers": tiers,
    "tiers_later": tiers_later,
    "standing": standing,
    "excluded": gettext_lazy("§%(clause)s: %(counts)s of it is excluded and earns nothing."),
    "floor": gettext_lazy("§%(clause)s: %(amount)s is added, up to the least that is paid."),
    "cap": cap,
    "share": share,
    "rule_not_met": rule_not_met,
    "renewal_not_paid": renewal_not_paid,
    "total": gettext_lazy("The commission is %(amount)s."),
    "hold": hold,
    "not_credited": not_credited,
    **settlements.WORDINGS,
}
