"""The partner's side of what a member sees: an organization may be a brand as well."""

from typing import Any, TypeVar

from django.db.models import Model, Prefetch

from handsel.partnerships.models import Agreement, Partnership
from handsel.rows.querysets import ActsFor, SharedQuerySet

M = TypeVar("M", bound=Model)


def own(rows: "SharedQuerySet[M]", member: ActsFor) -> "SharedQuerySet[M]":
    """Of rows between a brand and a partner, those where the member's organization is the partner.

    `own(Link.objects, request.member)` is the portal's door, as `visible_to` is everybody's.
    """
    return rows.visible_to(member).filter(partner_id=member.organization_id)


def partnerships_of(member: ActsFor) -> list[Partnership]:
    """All of the member's partnerships, the oldest first, with program, brand and agreements."""
    agreements: Prefetch[Any] = Prefetch(
        "agreements",
        Agreement.objects.order_by("-version").prefetch_related("acceptances"),
    )
    rows = own(Partnership.objects.all(), member).select_related("program", "brand", "partner")
    return list(rows.prefetch_related(agreements).order_by("created_at", "pk"))
