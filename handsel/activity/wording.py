"""What was done, in words. A test finds verbs that services record and nobody worded."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DONE: dict[str, str | Promise] = {
    "agreement.accepted": _("Agreement signed"),
    "api-key.created": _("API key made"),
    "api-key.revoked": _("API key revoked"),
    "application.approved": _("Application approved"),
    "application.declined": _("Application declined"),
    "application.received": _("Application received"),
    "application.withdrawn": _("Application withdrawn"),
    "batch.approved": _("Batch of payouts approved"),
    "batch.discarded": _("Batch of payouts sent back"),
    "batch.exported": _("File for the bank made"),
    "batch.paid": _("Batch of payouts paid"),
    "batch.proposed": _("Batch of payouts proposed"),
    "code.created": _("Discount code added"),
    "code.disabled": _("Discount code disabled"),
    "commission.adjusted": _("Commission adjusted"),
    "commission.approved": _("Commission approved"),
    "commission.declined": _("Commission declined"),
    "commission.recorded": _("Commission counted"),
    "commission.released": _("Commission no longer withheld"),
    "commission.reopened": _("Commission counted again"),
    "commission.reversed": _("Commission taken back"),
    "commission.withheld": _("Commission withheld"),
    "domain.added": _("Tracking domain added"),
    "domain.broke": _("Tracking domain no longer works"),
    "domain.claimed": _("Tracking domain went to the brand that owns it"),
    "domain.fallback-changed": _("Fallback of the tracking domain changed"),
    "domain.made-primary": _("Tracking domain made the one in new links"),
    "domain.removed": _("Tracking domain removed"),
    "domain.verified": _("Tracking domain works"),
    "event.retried": _("Refused event judged again"),
    "group.created": _("Group made"),
    "group.terms-changed": _("Terms of the group changed"),
    "group.terms-offered": _("Terms of the group offered to its partners"),
    "link-defaults.changed": _("What all links carry changed"),
    "link.changed": _("Link changed"),
    "import.discarded": _("Uploaded file given up"),
    "import.file-removed": _("Uploaded file removed"),
    "import.finished": _("Conversions imported from a file"),
    "import.started": _("Import of a file begun"),
    "import.stopped": _("Import of a file stopped"),
    "import.uploaded": _("File with conversions uploaded"),
    "link.created": _("Link made"),
    "link.disabled": _("Link disabled"),
    "link.enabled": _("Link switched on again"),
    "link.split-decided": _("Split of a link decided"),
    "member.disabled": _("Member shut out"),
    "member.invitation-revoked": _("Invitation taken back"),
    "member.invited": _("Member invited"),
    "member.joined": _("Member joined"),
    "member.role-changed": _("Role changed"),
    "note.removed": _("Note deleted"),
    "note.written": _("Note written"),
    "offer.accepted": _("Offer accepted"),
    "offer.declined": _("Offer declined"),
    "offer.lapsed": _("Offer ran out"),
    "offer.made": _("New terms offered"),
    "offer.withdrawn": _("Offer withdrawn"),
    "organization.changed": _("Organization’s details changed"),
    "partnership.ended": _("Partnership ended"),
    "partnership.notice-given": _("End of the partnership announced"),
    "partnership.notice-withdrawn": _("Announced end of the partnership taken back"),
    "partnership.paused": _("Partnership paused"),
    "partnership.resumed": _("Partnership resumed"),
    "partnership.started": _("Partnership started"),
    "partnership.viewed": _("Pages viewed as the partner sees them"),
    "payee.changed": _("Bank account for payouts changed"),
    "payer.changed": _("Account that is paid from changed"),
    "payout.approved": _("Payout approved"),
    "payout.cleared": _("Payout looked at and cleared"),
    "payout.delayed": _("Payout put off to the next batch"),
    "payout.dropped": _("Payout left out of its batch"),
    "payout.failed": _("Payout failed"),
    "payout.left-out": _("Left out of this batch of payouts"),
    "payout.paid": _("Payout paid"),
    "payout.restored": _("Payout taken into its batch again"),
    "payout.returned": _("Payout came back"),
    "postback.added": _("Postback added"),
    "postback.changed": _("Postback changed"),
    "postback.removed": _("Postback removed"),
    "postback.secret-changed": _("Secret of the postback changed"),
    "postback.sent-again": _("Postback sent again"),
    "postback.switched-off": _("Postback switched off"),
    "postback.switched-on": _("Postback switched on again"),
    "postback.went-off": _("Postback switched off after failing"),
    "program.changed": _("Program’s details changed"),
    "program.click-filter-changed": _("Click filter changed"),
    "program.ended": _("Program ended"),
    "program.notice-given": _("End of the program announced"),
    "program.notice-withdrawn": _("Announced end of the program taken back"),
    "program.old-secret-ended": _("Old postback secret ended"),
    "program.page-changed": _("Program page changed"),
    "program.page-hidden": _("Program page hidden"),
    "program.page-published": _("Program page published"),
    "program.paused": _("Program paused"),
    "program.resumed": _("Program resumed"),
    "program.secret-changed": _("Postback secret changed"),
    "program.started": _("Program started"),
    "question.answered": _("Question answered"),
    "question.asked": _("Question asked about an amount"),
    "question.promised": _("Answer to a question promised"),
    "question.reopened": _("Question opened again"),
    "question.said": _("Message about a question"),
    "question.settled": _("Question settled"),
    "question.withdrawn": _("Question taken back"),
    "receipt.opened": _("Receipt opened"),
    "statement.issued": _("Statement issued"),
}


def done(verb: str) -> str:
    """The words for a verb; KeyError for one nobody worded."""
    return str(DONE[verb])


# The columns of a link, as its page calls them.
LINK_PARTS: dict[str, Promise] = {
    "name": _("Name"),
    "url": _("Page of the shop"),
    "expires_at": _("Works until (UTC)"),
    "fallback_url": _("Where visitors go after that"),
    "schedule": _("Schedule"),
    "rules": _("Rules"),
    "split": _("Split"),
    "utm": _("Parameters"),
    "subs": _("Sub-ids of its own"),
}


def changed(verb: str, data: Mapping[str, Any]) -> str:
    """What of it was changed, where the record says so."""
    if verb != "link.changed":
        return ""
    after = data.get("after", {})
    return " · ".join(str(word) for name, word in LINK_PARTS.items() if name in after)
