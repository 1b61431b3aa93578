"""How a commission came to be, step by step, as the receipt tells it."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handsel.engine.money import exponent
from handsel.ui.figures import settle
from handsel.ui.locales import reader_locale
from handsel.ui.wording.shown import Params, Wording, shown


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


NOT_MET: dict[str, Promise] = {
    "customer_unknown": gettext_lazy(
        "§%(clause)s did not apply: whether the customer is new is not known."
    ),
    "customer_new": gettext_lazy("§%(clause)s did not apply: the customer is new."),
    "customer_returning": gettext_lazy(
        "§%(clause)s did not apply: the customer had bought before."
    ),
    "no_such_article": gettext_lazy("§%(clause)s did not apply: no article of the order is meant."),
    "more_specific_rule": gettext_lazy(
        "§%(clause)s did not apply: a more specific clause pays for these articles."
    ),
    "nothing_counts": gettext_lazy("§%(clause)s did not apply: nothing counts."),
    "nothing_left": gettext_lazy("§%(clause)s did not apply: everything was sent back."),
}


def rule_not_met(params: Params) -> str:
    return str(NOT_MET[str(params["reason"])] % params)


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
    "rule_not_met": rule_not_met,
    "total": gettext_lazy("The commission is %(amount)s."),
    "hold": hold,
    "not_credited": not_credited,
}
