"""Orders that a partner was part of and earned nothing from: why, and what was credited instead.

The order itself stays the brand's. Its partner learns when it was and, of whoever was credited,
the kind and the time: as much as the credited partner learns of the others.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.queries import not_credited
from handsel.engine.values import ParamValue
from handsel.partnerships.queries import agreement_in_force, terms_of
from handsel.rows.querysets import ActsFor, SharedQuerySet
from handsel.rows.scope import as_system


@dataclass(frozen=True, slots=True)
class OwnTouch:
    """One of the partner's own touches. `params` fill the blanks of the verdict's words."""

    touch: Touch
    before_order: timedelta
    params: dict[str, ParamValue]

    @property
    def kind(self) -> str:
        return self.touch.kind


@dataclass(frozen=True, slots=True)
class Credited:
    """The touch that is credited instead: somebody else's, and so a kind and a time."""

    kind: str
    before_order: timedelta


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an order earned a partner nothing; `credited` is None where it is nobody's."""

    ordered_at: datetime
    touches: tuple[OwnTouch, ...]
    credited: Credited | None


def uncredited(member: ActsFor) -> SharedQuerySet[Any]:
    """The partner's last touch of each such order, the latest first.

    An order that earns the partner a commission after all has that commission's receipt.
    """
    touches = not_credited(member).filter(partner_id=member.organization_id)
    earning = Commission.objects.visible_to(member).filter(partner_id=member.organization_id)
    rows = touches.exclude(conversion_id__in=earning.values("conversion_id"))
    last = rows.filter(conversion=OuterRef("conversion")).values("pk")[:1]
    return rows.filter(pk=Subquery(last))


def explained(touch: Touch, member: ActsFor) -> Explained:
    """For one of the rows of `uncredited`."""
    mine = Touch.objects.visible_to(member).filter(
        conversion=touch.conversion_id, partnership=touch.partnership_id
    )
    with as_system():  # two moments and a kind of what is otherwise the brand's alone
        ordered_at = Conversion.objects.values_list("occurred_at", flat=True).get(
            pk=touch.conversion_id
        )
        winner = (
            Touch.objects.filter(conversion=touch.conversion_id, verdict="credited")
            .values_list("kind", "touched_at")
            .first()
        )
    return Explained(
        ordered_at=ordered_at,
        touches=tuple(
            OwnTouch(one, ordered_at - one.touched_at, _params(one))
            for one in mine.select_related("link", "code", "partnership").order_by("touched_at")
        ),
        credited=Credited(winner[0], ordered_at - winner[1]) if winner else None,
    )


def _params(touch: Touch) -> dict[str, ParamValue]:
    """The window of the agreement that judged a click, where the verdict speaks of it."""
    if touch.verdict != "outside_window" or touch.partnership is None:
        return {}
    agreement = agreement_in_force(touch.partnership, at=touch.touched_at)
    days = terms_of(agreement).attribution.window_days if agreement else None
    return {"window_days": days}
