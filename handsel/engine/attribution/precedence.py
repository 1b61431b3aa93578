"""Among eligible touches: which rank comes first, and who shares the credit there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handsel.engine.attribution.shares import reduced, shares, with_floor
from handsel.engine.attribution.values import CreditRules, Touch, TouchKind

# These come before any rank.
FIXED: tuple[TouchKind, ...] = ("manual", "renewal")
# Of these an order has a journey, which begins with whoever introduced the customer.
_OF_A_JOURNEY = frozenset({"click", "code"})


@dataclass(frozen=True, slots=True)
class Decision:
    """`weights` are those of the touches that earn a share, `credited` the touch that stands for
    each partnership, with its part beside it in `parts`. `introducer` is the touch whose partner's
    part was lifted to the floor. With the kind `channel` nobody is credited."""

    kind: TouchKind | None = None
    weights: dict[str, int] = field(default_factory=dict)
    credited: dict[str, Touch] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    stood_down: frozenset[str] = frozenset()
    introducer: Touch | None = None


def decide(eligible: Sequence[Touch], ordered_at: datetime, rules: CreditRules) -> Decision:
    """Of eligible touches, the earliest first, under the rules of the order."""
    late = stood_down(eligible, ordered_at, rules)
    pool = [touch for touch in eligible if touch.touch_id not in late]
    for kind in (*FIXED, *rules.precedence):
        rank = [touch for touch in pool if touch.kind == kind]
        if rank:
            return _decided(kind, rank, pool, late, rules)
    return Decision(stood_down=late)


def stood_down(
    eligible: Sequence[Touch], ordered_at: datetime, rules: CreditRules
) -> frozenset[str]:
    """Clicks so shortly before the order, where another partner had an earlier one."""
    clicks = [touch for touch in eligible if touch.kind == "click"]
    if not rules.stand_down_s:
        return frozenset()
    period = timedelta(seconds=rules.stand_down_s)
    return frozenset(
        touch.touch_id
        for place, touch in enumerate(clicks)
        if ordered_at - touch.occurred_at <= period
        and any(earlier.partnership != touch.partnership for earlier in clicks[:place])
    )


def _decided(
    kind: TouchKind,
    rank: Sequence[Touch],
    pool: Sequence[Touch],
    late: frozenset[str],
    rules: CreditRules,
) -> Decision:
    if kind == "channel":
        return Decision(kind=kind, stood_down=late)
    weights = shares(rank, rules)
    credited: dict[str, Touch] = {}
    parts: dict[str, int] = {}
    for touch in rank:
        if touch.touch_id in weights:
            credited[touch.partnership] = touch
            parts[touch.partnership] = parts.get(touch.partnership, 0) + weights[touch.touch_id]
    first = _introducer(pool, kind, rules)
    if first is None:
        return Decision(kind, weights, credited, reduced(parts), late)
    lifted = with_floor(parts, first.partnership, rules.introducer_floor_ppm)
    if lifted == parts:
        return Decision(kind, weights, credited, reduced(parts), late)
    credited.setdefault(first.partnership, first)
    return Decision(kind, weights, credited, lifted, late, introducer=first)


def _introducer(pool: Sequence[Touch], kind: TouchKind, rules: CreditRules) -> Touch | None:
    """The first click, where there is a floor for it: it asks for a journey that was decided by
    clicks or codes, and for rules under which clicks earn anything."""
    if not rules.introducer_floor_ppm or kind not in _OF_A_JOURNEY:
        return None
    if "click" not in rules.precedence:
        return None
    return next((touch for touch in pool if touch.kind == "click"), None)
