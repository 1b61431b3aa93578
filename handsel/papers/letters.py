"""Letters to a partner's people about their money."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.engine.payouts import ACCOUNT_WATCHED_HOURS
from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.papers.models import Notice, Statement
from handsel.papers.queries import content_of
from handsel.payouts.models import Payee
from handsel.rows.scope import as_system
from handsel.ui.figures import money_text
from handsel.ui.moments import day_text_full

# Whom money concerns; the others look when they like.
ROLES = (Member.Role.OWNER, Member.Role.MANAGER, Member.Role.FINANCE)


def write_letters(statement: Statement, kind: Notice.Kind) -> None:
    """One to each of them, in the language they read."""
    content = content_of(statement)
    with as_system():  # a partner's people are its own, whoever pays it
        members = Member.objects.filter(organization=statement.partner_id, role__in=ROLES)
        readers = [member.user for member in members.active().select_related("user")]
        program = statement.program.name
    for reader in readers:
        with override(reader.language):
            words = {
                "kind": kind.value,
                "program": program,
                "amount": money_text(content.amount_minor, content.currency),
                "day": day_text_full(content.pays_on),
                "reference": content.reference,
                "number": statement.number,
                "reason": statement.payout.failure_reason,
                "url": f"{environment().pages_url}/portal/earnings/payouts/{statement.pk}/",
            }
            subject = _subject(kind) % words
            text = render_to_string("papers/payout.txt", words)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader.email])


def write_of_new_account(payee: Payee, actor: Member | None) -> None:
    """To all who work there, whoever changed it: somebody will notice if it was none of them."""
    members = Member.objects.filter(organization=payee.partner_id).active()
    for member in members.select_related("user"):
        with override(member.user.language):
            words = {
                "organization": payee.partner.name,
                "account": payee.masked,
                "holder": payee.holder_name,
                "who": str(actor.user) if actor else "",
                "hours": ACCOUNT_WATCHED_HOURS,
                "url": f"{environment().pages_url}/portal/earnings/payouts/account/",
            }
            subject = _("The account of %(organization)s was changed") % words
            text = render_to_string("papers/account.txt", words)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [member.user.email])


def _subject(kind: Notice.Kind) -> str:
    return {
        Notice.Kind.ISSUED: _("%(program)s pays you %(amount)s"),
        Notice.Kind.PAID: _("%(program)s has paid you %(amount)s"),
        Notice.Kind.FAILED: _("%(program)s could not pay you %(amount)s"),
        Notice.Kind.RETURNED: _("Your bank sent %(amount)s back to %(program)s"),
    }[kind]
