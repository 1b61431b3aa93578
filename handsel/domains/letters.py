"""The letter to a brand's people whose tracking domain has stopped to work."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.domains.findings import read_finding
from handsel.domains.hosts import shown
from handsel.domains.models import TrackingDomain
from handsel.domains.wording import said
from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.rows.scope import as_system

ROLES = (Member.Role.OWNER, Member.Role.MANAGER)


def write_of_broken_domain(domain: TrackingDomain) -> None:
    """One to each who can mend it, in the language they read: what is wrong, and what to do."""
    with as_system():
        members = Member.objects.filter(organization=domain.brand_id, role__in=ROLES)
        readers = [member.user for member in members.active().select_related("user")]
        program = domain.program.name
    wrong = [f for kept in domain.findings if (f := read_finding(kept)).state == "wrong"]
    for reader in readers:
        with override(reader.language):
            words = {
                "host": shown(domain.host),
                "program": program,
                "findings": [(said(finding), finding) for finding in wrong],
                "url": f"{environment().pages_url}/console/settings/domains/",
            }
            subject = _("Links on %(host)s no longer work") % words
            text = render_to_string("domains/broken.txt", words)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader.email])
