"""Viewing as a partner: begun with a note that the partner sees, kept in the session, and ended by
leaving, by signing out, or by the clock."""

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from handsel.activity.services import record
from handsel.organizations.models import Member
from handsel.organizations.viewing import ROLES, Viewing
from handsel.partnerships.models import Partnership

KEPT_AS = "viewing"
LASTS = timedelta(minutes=30)

Session = MutableMapping[str, Any]


@transaction.atomic
def begin_viewing(
    session: Session, partnership: Partnership, *, actor: Member, reason: str = ""
) -> None:
    """From here on `actor` sees the portal as this partner does; the partner reads that they did.

    The session holds ids and the end, and no right: each request asks for it anew.
    """
    record("partnership.viewed", partnership, actor=actor, data={"role": actor.role}, reason=reason)
    session[KEPT_AS] = {
        "partnership": partnership.pk,
        "by": actor.pk,
        "ends_at_s": int((now() + LASTS).timestamp()),
    }


def end_viewing(session: Session) -> str:
    """The id of the partnership that was viewed; empty where none was."""
    return str(session.pop(KEPT_AS, {}).get("partnership", ""))


def viewing_in(session: Session, member: Member) -> Viewing | None:
    """What this member views at the moment; None, and forgotten, once they may no longer."""
    kept = session.get(KEPT_AS)
    if kept is None:
        return None
    ends_at = datetime.fromtimestamp(kept["ends_at_s"], UTC)
    found = _partnership(kept["partnership"], member)
    if kept["by"] != member.pk or ends_at <= now() or not member.may(*ROLES) or found is None:
        del session[KEPT_AS]
        return None
    return Viewing(
        organization_id=found.partner_id,
        brand_id=found.brand_id,
        partnership_id=found.pk,
        by=member,
        organization=found.partner,
        program_name=found.program.name,
        ends_at=ends_at,
    )


def _partnership(pk: str, member: Member) -> Partnership | None:
    own = Partnership.objects.visible_to(member).filter(brand_id=member.organization_id)
    return own.select_related("partner", "program").filter(pk=pk).first()
