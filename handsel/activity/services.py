from typing import Protocol

from handsel.activity.models import Activity
from handsel.organizations.models import Member


class Subject(Protocol):
    """Anything with an id that stands between a brand and, perhaps, a partner."""

    @property
    def pk(self) -> str: ...
    @property
    def brand_id(self) -> str: ...


def record(
    verb: str,
    subject: Subject,
    *,
    actor: Member | None,
    data: dict[str, object] | None = None,
    reason: str = "",
) -> Activity:
    """Note what was done, in the transaction that does it. No actor means Handsel itself."""
    return Activity.objects.create(
        brand_id=subject.brand_id,
        partner_id=getattr(subject, "partner_id", None),
        actor=actor,
        verb=verb,
        subject_id=subject.pk,
        data=data or {},
        reason=reason,
    )
