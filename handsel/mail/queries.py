import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.timezone import now

from handsel.environment import environment
from handsel.mail.models import Letter
from handsel.organizations.models import Invitation, Member, User
from handsel.organizations.tokens import hash_of
from handsel.partnerships.models import Partnership
from handsel.rows.scope import as_system

LATEST = 100
INVITATION = re.compile(r"/invitations/([A-Za-z0-9_-]+)/")


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
    """The latest letters to members of the organization and to those it invited, newest first.

    An invitation is shown to whom it comes from: two who invite one person do not read each
    other's, and what else goes to somebody who is not a member is not theirs to know.
    """
    with as_system():
        partners = Partnership.objects.filter(brand_id=organization_id).values("partner_id")
        invited = Invitation.objects.filter(
            Q(organization_id=organization_id)
            | Q(organization__in=partners, invited_by__organization_id=organization_id)
        )
        members = Member.objects.filter(organization_id=organization_id)
        inside = {e.lower() for e in members.values_list("user__email", flat=True)}
        to = inside | {e.lower() for e in invited.values_list("email", flat=True)}
        open_now = invited.filter(accepted_at=None, revoked_at=None, expires_at__gt=now())
        open_to = _strangers(open_now)
        ours = set(invited.values_list("token_hash", flat=True))
        rows = Letter.objects.alias(to_lower=Lower("to")).filter(to_lower__in=to)
        latest = rows.order_by("-created_at", "-pk")[: LATEST * 5]
        shown = [row for row in latest if _is_theirs(row, ours, inside)][:LATEST]
    by_hand = not environment().smtp_url
    return [
        Outgoing(row, row.text if by_hand and row.to.lower() in open_to else "") for row in shown
    ]


def _is_theirs(letter: Letter, invitations: Collection[str], members: Collection[str]) -> bool:
    """`invitations` are the hashes of tokens, `members` addresses in small letters."""
    tokens = INVITATION.findall(letter.text)
    if tokens:
        return all(hash_of(token) in invitations for token in tokens)
    return letter.to.lower() in members


def _strangers(invited: QuerySet[Invitation]) -> set[str]:
    """Addresses of open invitations behind which nobody is known yet."""
    emails = {e.lower() for e in invited.values_list("email", flat=True)}
    known = User.objects.alias(email_lower=Lower("email")).filter(email_lower__in=emails)
    return emails - {e.lower() for e in known.values_list("email", flat=True)}
