"""Words for what the brand reads of its events and conversions: reasons, sources, trust."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.ui.wording import Said
from handsel.ui.wording.refusals import REFUSALS, Refusal
from handsel.ui.wording.shown import shown

# Why a conversion is nobody's; a refusal of the engine is a reason, too.
REASONS: dict[str, Promise] = {
    "no_touch": gettext_lazy("It came with no click id and no code of a partner."),
    "unknown_code": gettext_lazy("Its code belongs to none of your partners."),
    "outside_window": gettext_lazy("The click was longer ago than clicks count for."),
    "partnership_not_active": gettext_lazy("No agreement was in force at that time."),
    "after_order": gettext_lazy("The click came after the order."),
    "click_forged": gettext_lazy("Its click id does not prove itself."),
    "wrong_currency": gettext_lazy("It is in another currency than the terms."),
    "order_missing": gettext_lazy("Only a refund or delivery has come; its order has not."),
}

# What the inbox refuses, besides what the engine does.
EVENT_REFUSALS: dict[str, Refusal] = {
    "kind-unknown": Refusal(
        gettext_lazy("There is no event of the kind “%(kind)s”."),
        gettext_lazy("Compare the kind with the documentation of events."),
    ),
    "kind-not-allowed": Refusal(
        gettext_lazy("“%(kind)s” is not taken from a browser."),
        gettext_lazy("Send it from the shop’s server."),
    ),
    "amount-missing": Refusal(
        gettext_lazy("It has neither an amount nor lines."),
        gettext_lazy("Send amount_minor, or lines with an amount_minor each."),
    ),
    "amounts-disagree": Refusal(
        gettext_lazy("The lines and shipping do not add up to the amount."),
        gettext_lazy("Leave amount_minor out, or send the sum of lines and shipping."),
    ),
    "amount-too-large": Refusal(
        gettext_lazy("The amount is larger than can be kept."),
        gettext_lazy("Send amounts in the currency’s smallest unit."),
    ),
    "given-twice": Refusal(
        gettext_lazy("%(field)s was sent for the whole order and for its lines."),
        gettext_lazy("Send it with each line only."),
    ),
    "name-missing": Refusal(
        gettext_lazy("This refund cannot be told from the next one of the same order."),
        gettext_lazy("Send refund, the shop’s own number for it, or an event_id."),
    ),
    "event-id-unusable": Refusal(
        gettext_lazy("The event has no id of at most 200 characters."),
        gettext_lazy("Send an event_id, different for every event."),
    ),
    "event-id-reused": Refusal(
        gettext_lazy("An event with this id came before, with another body."),
        gettext_lazy("Send every change as an event with an id of its own."),
    ),
    "occurred-in-future": Refusal(
        gettext_lazy("The event has not happened yet."),
        gettext_lazy("Check the clock, and the time zone: 12:00+02:00 is 10:00Z."),
    ),
    "program-unknown": Refusal(
        gettext_lazy("No program has this id."),
        gettext_lazy("Copy the program’s id from its settings."),
    ),
    "signature-missing": Refusal(
        gettext_lazy("The postback is not signed."),
        gettext_lazy("Send the header Handsel-Signature: t=…,v1=… with it."),
    ),
    "signature-expired": Refusal(
        gettext_lazy("It was signed more than five minutes before or after it came."),
        gettext_lazy("Check the server’s clock, and sign again when you send again."),
    ),
    "signature-wrong": Refusal(
        gettext_lazy("The signature does not fit the body and the secret."),
        gettext_lazy("Sign the raw body, and compare the secret with the one in the settings."),
    ),
    "internal-error": Refusal(
        gettext_lazy("Handsel failed on this event. Nothing of it was taken in."),
        gettext_lazy("Send it again; if it fails again, tell whoever runs this server."),
    ),
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


def refusal_words(code: str, field: str, params: Mapping[str, object]) -> Said:
    """What was wrong with an event, and what to do. Parameters of another age may miss a blank:
    then the code itself says more than half a sentence."""
    wording = EVENT_REFUSALS.get(code) or REFUSALS.get(code)
    blanks = shown({"field": field, **params})
    try:
        if wording is not None:
            return Said(str(wording.message % blanks), str(wording.remedy % blanks))
    except KeyError:
        pass
    return Said(_("Refused: %(code)s") % {"code": code.replace("-", " ")}, "")


def trust_words(trust: str) -> str:
    return str(TRUST.get(trust, trust))


# What an entry's key says happened; the part before the first colon.
ENTRIES: dict[str, Promise] = {
    "commission-recorded": gettext_lazy("Commission counted"),
    "commission-adjusted": gettext_lazy("Commission adjusted"),
    "commission-approved": gettext_lazy("Commission approved"),
    "commission-declined": gettext_lazy("Commission declined"),
}


def entry_words(key: str) -> str:
    """What a ledger entry was posted for."""
    transition, _sep, _rest = key.partition(":")
    return str(ENTRIES.get(transition, transition.replace("-", " ")))
