"""Words for what the brand reads of its events and conversions: reasons, sources, trust."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.conversions.models import Touch
from handsel.ui.wording import refusal_words, words

# Why a conversion is nobody's; a refusal of the engine is a reason, too.
REASONS: dict[str, Promise] = {
    "no_touch": gettext_lazy("It came with no click id and no code of a partner."),
    "unknown_code": gettext_lazy("Its code belongs to none of your partners."),
    "channel_wins": gettext_lazy("Your own advertising came first, as the terms say."),
    "own_channel": gettext_lazy("Only your own advertising or mail led to it."),
    "after_tail": gettext_lazy("The partnership had ended, and its clicks counted no longer."),
    "not_in_precedence": gettext_lazy("What led to it earns no credit under the terms."),
    "lifetime_over": gettext_lazy("The time the customer was bound to a partner is over."),
    "sku_not_owned": gettext_lazy("Its article belongs to none of your partners."),
    "outside_window": gettext_lazy("The click was longer ago than clicks count for."),
    "partnership_not_active": gettext_lazy("No agreement was in force at that time."),
    "after_order": gettext_lazy("The click came after the order."),
    "not_confirmed": gettext_lazy("Only a browser named a click or code; the shop did not."),
    "click_filtered": gettext_lazy("The click was not a visitor’s."),
    "filtered_prefetch": gettext_lazy("A browser only loaded the page in case of a visit."),
    "filtered_preview": gettext_lazy("A program fetched the page for a preview of the link."),
    "filtered_hidden_load": gettext_lazy("The link was loaded unseen; nobody went there."),
    "filtered_bot": gettext_lazy("The click came from a program that reads pages by itself."),
    "filtered_data_centre": gettext_lazy("The click came from a data centre."),
    "click_forged": gettext_lazy("Its click id does not prove itself."),
    "wrong_currency": gettext_lazy("It is in another currency than the terms."),
    "order_missing": gettext_lazy("Only a refund or delivery has come; its order has not."),
}

TRUST: dict[str, Promise] = {
    "store": gettext_lazy("The shop"),
    "postback": gettext_lazy("A signed postback"),
    "browser": gettext_lazy("A browser, unconfirmed"),
}


def reason_words(reason: str) -> str:
    """Why a conversion is nobody's; empty without a reason."""
    if not reason or reason in REASONS:
        return str(REASONS.get(reason, ""))
    code = reason.replace("_", "-")
    return refusal_words(code, "", {}).message


def touch_words(touch: Touch) -> str:
    """What became of a touch; of one that is not evaluated yet, nothing."""
    if touch.refusal == "click_elsewhere":
        return _("Its link belongs to another program.")
    return words(touch.verdict, {}, subject="verdict") if touch.verdict else ""


def trust_words(trust: str) -> str:
    return str(TRUST.get(trust, trust))


# What an entry's key says happened; the part before the first colon.
ENTRIES: dict[str, Promise] = {
    "commission-recorded": gettext_lazy("Commission counted"),
    "commission-adjusted": gettext_lazy("Commission adjusted"),
    "commission-approved": gettext_lazy("Commission approved"),
    "commission-declined": gettext_lazy("Commission declined"),
    "payout-queued": gettext_lazy("Payout approved"),
    "payout-paid": gettext_lazy("Payout paid"),
    "payout-failed": gettext_lazy("Payout failed"),
    "payout-returned": gettext_lazy("Payout came back"),
}


def entry_words(key: str) -> str:
    """What a ledger entry was posted for."""
    transition, _sep, _rest = key.partition(":")
    return str(ENTRIES.get(transition, transition.replace("-", " ")))
