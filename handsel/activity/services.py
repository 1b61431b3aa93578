from typing import Protocol

from django.db import models

from handsel.activity.models import Activity


class Between(Protocol):
    """Something of a brand's, perhaps shared with one partner (`partner_id`)."""

    @property
    def pk(self) -> str: ...
    @property
    def brand_id(self) -> str: ...


class Inside(Protocol):
    """Something of one organization's own: a member, an invitation, a key."""

    @property
    def pk(self) -> str: ...
    @property
    def organization_id(self) -> str: ...


def record(
    verb: str,
    subject: Between | Inside,
    *,
    actor: models.Model | None,
    data: dict[str, object] | None = None,
    reason: str = "",
) -> Activity:
    """Note what was done, in the transaction that does it. No actor means Handsel itself.

    Who may see the subject may see what was done to it: its brand and partner, or, for what lies
    inside one organization, that organization alone. `actor` is a member; activity lies below
    organizations, which note here what they do themselves, and so cannot name their classes.
    """
    owner = getattr(subject, "brand_id", None) or getattr(subject, "organization_id", None)
    return Activity.objects.create(
        brand_id=owner,
        partner_id=getattr(subject, "partner_id", None),
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject_id=subject.pk,
        data=data or {},
        reason=reason,
    )
