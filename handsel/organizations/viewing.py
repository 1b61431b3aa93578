"""A member of a brand who looks at one partnership as its partner sees it, and changes nothing.

"View as partner" holds in the portal alone: elsewhere the member is who they are. What they are
shown there is bounded twice: by `visible_to`, to this partnership; and by PostgreSQL, to what the
brand may see anyway (the scope of the request stays the brand's own).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from handsel.errors import DomainError
from handsel.organizations.models import Member, Organization
from handsel.rows.querysets import Within

ROLES = (Member.Role.MANAGER, Member.Role.FINANCE)
"""Who, beside the owner, may view as a partner."""


class NotWhileViewing(DomainError):
    """The partner's own affair, or a change: neither is for who only looks on."""

    status = 403


@dataclass(frozen=True)
class Viewing(Within):
    """`by` looks as `organization`, the partner, until `ends_at` (real time)."""

    by: Member
    organization: Organization
    program_name: str
    ends_at: datetime

    @property
    def minutes_left(self) -> int:
        """Whole minutes, the last one begun."""
        return -((now() - self.ends_at) // timedelta(minutes=1))

    def may(self, *roles: str) -> bool:
        """As a viewer may: read."""
        return Member.Role.VIEWER in roles


Reader = Member | Viewing
"""Who reads a page of the portal."""
