"""The letter to a partner's people whose postback went off by itself."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.postbacks.models import Postback
from handsel.postbacks.wording import problem_words
from handsel.rows.scope import as_system

ROLES = (Member.Role.OWNER, Member.Role.MANAGER)


def write_of_postback_off(postback: Postback, problem: str) -> None:
    """One to each who can mend it, in the language they read: what is wrong, and what to do."""
    with as_system():
        members = Member.objects.filter(organization=postback.partner_id, role__in=ROLES)
        readers = [member.user for member in members.active().select_related("user")]
        program = postback.partnership.program.name
    for reader in readers:
        with override(reader.language):
            words = {
                "host": postback.host,
                "program": program,
                "off": postback.get_off_because_display(),
                "problem": problem_words(problem),
                "url": f"{environment().pages_url}/portal/links/postbacks/{postback.pk}/",
            }
            subject = _("Postbacks to %(host)s are switched off") % words
            text = render_to_string("postbacks/off.txt", words)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader.email])
