"""What was done, in words. A test finds verbs that services record and nobody worded."""

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
    "group.created": _("Group made"),
    "group.terms-changed": _("Terms of the group changed"),
    "link.created": _("Link made"),
    "link.disabled": _("Link disabled"),
    "member.disabled": _("Member shut out"),
    "member.invitation-revoked": _("Invitation taken back"),
    "member.invited": _("Member invited"),
    "member.joined": _("Member joined"),
    "member.role-changed": _("Role changed"),
    "note.removed": _("Note deleted"),
    "note.written": _("Note written"),
    "organization.changed": _("Organization’s details changed"),
    "partnership.ended": _("Partnership ended"),
    "partnership.paused": _("Partnership paused"),
    "partnership.resumed": _("Partnership resumed"),
    "partnership.started": _("Partnership started"),
    "partnership.viewed": _("Pages viewed as the partner sees them"),
    "payer.changed": _("Account that is paid from changed"),
    "program.changed": _("Program’s details changed"),
    "program.page-changed": _("Program page changed"),
    "program.page-hidden": _("Program page hidden"),
    "program.page-published": _("Program page published"),
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
}


def done(verb: str) -> str:
    """The words for a verb; KeyError for one nobody worded."""
    return str(DONE[verb])
