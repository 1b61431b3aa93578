from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.timezone import now

from handsel.environment import environment
from handsel.mail.models import Letter
from handsel.organizations.models import Invitation, Member, User
from handsel.partnerships.models import Partnership
from handsel.rows.scope import as_system

LATEST = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter as its sender's organization may see it.

    `text` is there only where somebody has to pass it on by hand: no mail server is set, and it is
    an invitation of a person who is not known here yet. Other letters may hold a link that lets
    their reader change a password.
    """

    letter: Letter
    text: str = ""

    @property
    def status(self) -> str:
        if self.letter.sent_at:
            return "sent"
        return "failed" if self.letter.given_up_at else "waiting"


def letters_about(organization_id: str) -> list[Outgoing]:
    """The latest letters to members of the organization and to those it invited, newest first."""
    with as_system():
        partners = Partnership.objects.filter(brand_id=organization_id).values("partner_id")
        invited = Invitation.objects.filter(
            Q(organization_id=organization_id)
            | Q(organization__in=partners, invited_by__organization_id=organization_id)
        )
        members = Member.objects.filter(organization_id=organization_id)
        to = {e.lower() for e in invited.values_list("email", flat=True)} | {
            e.lower() for e in members.values_list("user__email", flat=True)
        }
        open_to = _strangers(
            invited.filter(accepted_at=None, revoked_at=None, expires_at__gt=now())
        )
        rows = list(
            Letter.objects.alias(to_lower=Lower("to"))
            .filter(to_lower__in=to)
            .order_by("-created_at")[:LATEST]
        )
    by_hand = not environment().smtp_url
    return [
        Outgoing(row, row.text if by_hand and row.to.lower() in open_to else "") for row in rows
    ]


def _strangers(invited: QuerySet[Invitation]) -> set[str]:
    """Addresses of open invitations behind which nobody is known yet."""
    emails = {e.lower() for e in invited.values_list("email", flat=True)}
    known = User.objects.alias(email_lower=Lower("email")).filter(email_lower__in=emails)
    return emails - {e.lower() for e in known.values_list("email", flat=True)}
