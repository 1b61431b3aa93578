"""Which touches may be credited at all: each is judged by its own partner's agreement."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution.values import Filtered, Standing, Touch
from handsel.engine.terms import AttributionTerms

# Touches of these kinds happened, or began, at a time that is not the order's own.
_OF_OWN_TIME = frozenset({"click", "channel", "customer", "lifetime"})
_FILTERED: dict[str, Filtered] = {
    code.removeprefix("filtered_"): code for code in get_args(Filtered)
}


def sequence_of(click_id: str) -> int:
    """A number that orders clicks of one millisecond and does not tell whose they are."""
    return int.from_bytes(hashlib.sha256(click_id.encode()).digest()[:4], "big")


def filtered(reason: str) -> Filtered:
    """The standing of a click that was filtered for a reason, as intake names it.

    >>> filtered("bot"), filtered("of another age")
    ('filtered_bot', 'click_filtered')
    """
    return _FILTERED.get(reason, "click_filtered")


def version_of(
    touch: Touch, ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> AgreementVersion | None:
    """The version a touch is judged by: the one it is bound to, or in force at a click, else at
    the order. The brand's own channels have none."""
    if touch.binds is not None:
        mine = (version for version in agreements if version.partnership == touch.partnership)
        return next((version for version in mine if version.agreement == touch.binds), None)
    at = touch.occurred_at if touch.kind == "click" else ordered_at
    return in_force(agreements, touch.partnership, at)


def standing(
    touch: Touch,
    ordered_at: datetime,
    agreements: Sequence[AgreementVersion],
    *,
    channel_window_days: int = AttributionTerms().window_days,
) -> Standing:
    """Whether a touch may be credited at all.

    A window of n days is n times 24 hours, its last instant included. A code is judged at the
    order, whenever we saw it: a stronger source may have moved the order's time since.
    """
    if touch.standing is not None:
        return touch.standing
    if touch.forged:
        return "click_forged"
    if touch.kind in _OF_OWN_TIME and touch.occurred_at > ordered_at:
        return "after_order"
    age = ordered_at - touch.occurred_at
    if touch.kind == "channel":
        return "eligible" if age <= timedelta(days=channel_window_days) else "outside_window"
    version = version_of(touch, ordered_at, agreements)
    if version is None:
        return "partnership_not_active"
    return _under(version, touch, age, ordered_at, agreements)


def _under(
    version: AgreementVersion,
    touch: Touch,
    age: timedelta,
    ordered_at: datetime,
    agreements: Sequence[AgreementVersion],
) -> Standing:
    """What the version says of the kinds that are bound to a time or an article."""
    if touch.kind == "click" and age > timedelta(days=version.terms.attribution.window_days):
        return "outside_window"
    if touch.kind in ("click", "renewal") and _is_past_tail(version, ordered_at):
        return "after_tail"
    if touch.kind == "sku" and touch.reference not in version.terms.attribution.owned_skus:
        return "sku_not_owned"
    if touch.kind == "lifetime":
        days = lifetime_days(touch, version, agreements)
        return "eligible" if days is None or age <= timedelta(days=days) else "lifetime_over"
    return "eligible"


def lifetime_days(
    touch: Touch, at_order: AgreementVersion, agreements: Sequence[AgreementVersion]
) -> int | None:
    """How long the customer of a first order stays bound: as was agreed when it began. None: for
    ever. A binding from before any agreement is judged by that of the order."""
    at_first = in_force(agreements, touch.partnership, touch.occurred_at)
    return (at_first or at_order).terms.attribution.lifetime_days


def _is_past_tail(version: AgreementVersion, ordered_at: datetime) -> bool:
    return version.tail_until is not None and ordered_at >= version.tail_until
