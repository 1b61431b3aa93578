"""Tables and words of a receipt: what the fragments in `templates/ui/receipt/` draw.

{% load receipt %}
{% formula_parts receipt as parts %}     {% order_parts receipt as order %}
{% sum_rows receipt as rows %}           {% proof_command commission.pk %}
{% account_words posting.kind name %}    {% stage_words stage checks %}    {{ touch|time_before }}

They read a receipt (`handsel.commissions.receipt`); `handsel.ui.receipts` lays out its tables,
`handsel.ui.explained` says the rest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from babel.lists import format_list
from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from handsel.clock import now
from handsel.ui import explained, receipts
from handsel.ui.locales import reader_locale
from handsel.ui.wording import Subject, words

register = template.Library()


class StageLike(Protocol):
    code: str
    state: str
    at: datetime | None


class ChecksLike(Protocol):
    is_verified: bool
    awaits_returns: bool


register.simple_tag(receipts.formula_parts)
register.simple_tag(receipts.order_rows)
register.simple_tag(receipts.order_parts)
register.simple_tag(receipts.sum_rows)
register.filter(explained.touch_kind)
register.filter(explained.time_before)
register.filter(explained.instead_words)
register.simple_tag(explained.touch_owner)
register.simple_tag(explained.involved_words)
register.simple_tag(explained.rules_words)
register.simple_tag(explained.opening_steps)
register.simple_tag(explained.terms_steps)
register.simple_tag(explained.sum_steps)
register.simple_tag(explained.differs_words)
register.simple_tag(explained.tier_bands)
register.simple_tag(explained.tier_words)
register.filter(explained.tier_picture)
register.filter(explained.what_if_words)
register.simple_tag(explained.what_if_reasons)


# ---- Words ---------------------------------------------------------------------------------------

ACCOUNTS: dict[str, Promise] = {
    "pending": gettext_lazy("Owed to %(name)s, waiting"),
    "payable": gettext_lazy("Owed to %(name)s, approved"),
    "in_transit": gettext_lazy("On its way to %(name)s"),
    "receivable": gettext_lazy("Owed back by %(name)s"),
    "cash": gettext_lazy("Cash"),
    "prepaid": gettext_lazy("Prepaid balance"),
    "commission_expense": gettext_lazy("Commission cost"),
    "bonus_expense": gettext_lazy("Bonus cost"),
    "fee_expense": gettext_lazy("Fees"),
    "vat": gettext_lazy("VAT"),
    "tax_withheld": gettext_lazy("Tax withheld"),
    "rail_fees": gettext_lazy("Rail fees"),
    "currency_clearing": gettext_lazy("Currency clearing"),
    "currency_gains": gettext_lazy("Currency gains and losses"),
    "rounding": gettext_lazy("Rounding"),
}


@register.simple_tag
def account_words(kind: str, name: str = "") -> str:
    """A ledger account as people call it; `name` is the partner's, where it is about one."""
    return str(ACCOUNTS[kind] % {"name": name})


@register.simple_tag
def stage_words(stage: StageLike, checks: ChecksLike) -> str:
    """A stage done, under way or expected; the same word would hide which of them it is."""
    if stage.state == "now" and stage.code == "approved":
        return _awaited(stage, checks)
    if stage.state == "now" and stage.code == "paid":
        return _("Waits for its payout")
    words = {
        "counted": pgettext("stage", "Counted"),
        "withheld": pgettext("stage", "Withheld"),
        "approved": pgettext("stage", "Approved"),
        "declined": pgettext("stage", "Declined"),
        "reversed": pgettext("stage", "Taken back"),
        "in_payout": pgettext("stage", "In a payout"),
        "on_its_way": pgettext("stage", "On its way"),
        "paid": pgettext("stage", "Paid"),
    }
    return words[stage.code]


def _awaited(stage: StageLike, checks: ChecksLike) -> str:
    if stage.at is None:
        return _("Waits for the delivery")
    if not checks.is_verified and stage.at <= now():
        return _("Waits for confirmation")
    if not checks.awaits_returns:
        return _("Waits for its approval")
    return _("Waits for returns")


DEVICES: dict[str, Promise] = {
    "phone": gettext_lazy("Phone"),
    "tablet": gettext_lazy("Tablet"),
    "computer": gettext_lazy("Computer"),
    "bot": gettext_lazy("Program"),
}


@register.filter
def seen_on(touch: Any) -> str:
    """`Phone, Norway`, as far as it is known."""
    country = reader_locale().territories.get(touch.country, touch.country)
    device = str(DEVICES.get(touch.device, ""))
    return format_list([part for part in (device, country) if part], "unit", reader_locale())


@register.simple_tag
def sentence_of(code: str, params: Mapping[str, object], subject: Subject = "step") -> str:
    """The words of a code that stands beside its parameters; nothing while there is no code."""
    return words(code, params, subject=subject) if code else ""


@register.simple_tag
def signed_sides(signed: Mapping[str, datetime]) -> str:
    """Who has signed, as the seal wants it: `brand partner`."""
    return " ".join(sorted(signed))


CAUSES: dict[str, Promise] = {
    "first": gettext_lazy("The order"),
    "cancel": gettext_lazy("A cancellation"),
    "refund": gettext_lazy("A refund"),
    "order": gettext_lazy("News of the order"),
    "customer": gettext_lazy("News of the customer"),
    "touch": gettext_lazy("News of a click or code"),
    "agreement": gettext_lazy("News of an agreement"),
    "settled": gettext_lazy("What it is counted from"),
}


@register.filter
def cause_words(cause: str) -> str:
    """Why a commission was evaluated again."""
    return str(CAUSES[cause])


@register.simple_tag
def proof_command(commission_id: str) -> str:
    """What to type to check a proof file that was saved under its own name."""
    return f"handsel verify {commission_id}.json"
