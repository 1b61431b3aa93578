"""Orders that a partner was part of and earned nothing from: why, and what was credited instead.

The order itself stays the brand's. Its partner learns when it was and, of whoever was credited,
the kind and the time: as much as the credited partner learns of the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from handsel.commissions.judging import disclosure_secret
from handsel.commissions.models import Commission, Revision
from handsel.commissions.receipt.revisions import read_revision
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.queries import not_credited
from handsel.engine.attribution import attribute
from handsel.engine.orders import ordered_at
from handsel.engine.proof import veiled_name
from handsel.engine.values import ParamValue
from handsel.environment import environment
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
    """A touch that is credited instead: somebody else's, and so a kind and a time. `channel`: the
    brand's own advertising or mail, which earns nobody anything."""

    kind: str
    before_order: timedelta


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an order earned a partner nothing; `credited` is empty where it is nobody's, and several
    where they share it. `is_runner_up`: one of the partner's touches would be credited next."""

    ordered_at: datetime
    touches: tuple[OwnTouch, ...]
    credited: tuple[Credited, ...]
    is_runner_up: bool


def uncredited(member: ActsFor) -> SharedQuerySet[Any]:
    """The partner's last touch of each such order, the latest first.

    An order that earns the partner a commission after all has that commission's receipt.
    """
    touches = not_credited(member).filter(partner_id=member.organization_id)
    earning = Commission.objects.visible_to(member).filter(
        partner_id=member.organization_id, kind=Commission.Kind.ORDER
    )
    rows = touches.exclude(conversion_id__in=earning.values("conversion_id"))
    last = rows.filter(conversion=OuterRef("conversion")).values("pk")[:1]
    return rows.filter(pk=Subquery(last))


def explained(touch: Touch, member: ActsFor) -> Explained:
    """For one of the rows of `uncredited`."""
    mine = Touch.objects.visible_to(member).filter(
        conversion=touch.conversion_id, partnership=touch.partnership_id
    )
    with as_system():  # moments and kinds of what is otherwise the brand's alone
        bought_at = Conversion.objects.values_list("occurred_at", flat=True).get(
            pk=touch.conversion_id
        )
        credited = _credited(touch)
        runner_up = _runner_up(touch.conversion_id)
    touches = list(mine.select_related("link", "code", "partnership").order_by("touched_at"))
    return Explained(
        ordered_at=bought_at,
        touches=tuple(
            OwnTouch(one, bought_at - one.touched_at, _params(one, bought_at)) for one in touches
        ),
        credited=tuple(Credited(kind, bought_at - at) for kind, at in credited),
        is_runner_up=any(runner_up(one.pk) for one in touches),
    )


def _credited(touch: Touch) -> list[tuple[str, datetime]]:
    """The earliest first; where the brand's own advertising came first, the last of it."""
    others = Touch.objects.filter(conversion=touch.conversion_id).order_by("touched_at")
    found = others.filter(verdict="credited").values_list("kind", "touched_at")
    if found or touch.verdict != "channel_wins":
        return list(found)
    channels = others.filter(kind=Touch.Kind.CHANNEL).values_list("kind", "touched_at")
    return list(channels)[-1:]


def _runner_up(conversion_id: str) -> Callable[[str], bool]:
    """Whether a touch would be credited next. The receipt of whoever is credited knows, under names
    of its own."""
    revision = (
        Revision.objects.filter(commission__conversion=conversion_id)
        .exclude(evaluation__credit=None)
        .order_by("-recorded_at", "-number")
        .first()
    )
    if revision is None:
        return lambda _touch: False
    inputs, _evaluation = read_revision(revision)
    named = attribute(inputs.touches, ordered_at(inputs.facts), inputs.agreements).runner_up
    secret = disclosure_secret(environment().keys_dir)
    return lambda touch: veiled_name(touch, revision.commission_id, secret) == named


def _params(touch: Touch, ordered: datetime) -> dict[str, ParamValue]:
    """The days of the agreement that judged it, where the verdict speaks of them."""
    if touch.partnership is None or touch.verdict not in ("outside_window", "lifetime_over"):
        return {}
    agreement = agreement_in_force(touch.partnership, at=touch.touched_at) or agreement_in_force(
        touch.partnership, at=ordered
    )
    terms = terms_of(agreement).attribution if agreement else None
    if touch.verdict == "outside_window":
        return {"window_days": terms.window_days if terms else None}
    return {"lifetime_days": terms.lifetime_days if terms else None}
