"""How the first edition credited an order: the yardstick for the usual terms.

The last eligible code, or else the last eligible click.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution import Attribution, Credit, Standing, Touch, Verdict


def attribute(
    touches: Sequence[Touch], ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> Attribution:
    """Credit the last eligible code, or else the last eligible click.

    Which terms: a click takes the version in force at the click. A code takes the version in force
    at the order, unless the same partner also has an eligible click: then that click decides.
    """
    ordered = sorted(touches, key=lambda t: (t.occurred_at, t.sequence, t.touch_id))
    standings = {touch.touch_id: standing(touch, ordered_at, agreements) for touch in ordered}
    if len(standings) < len(ordered):
        raise ValueError("Two touches have the same touch_id.")
    eligible = [touch for touch in ordered if standings[touch.touch_id] == "eligible"]
    codes = [touch for touch in eligible if touch.kind == "code"]
    winner = (codes or eligible)[-1] if eligible else None
    binding = _binding(winner, eligible) if winner else None

    verdicts = tuple(
        _verdict(touch, standings[touch.touch_id], winner, binding, agreements) for touch in ordered
    )
    if winner is None:
        return Attribution(credits=(), verdicts=verdicts)
    return Attribution(
        credits=(_credit(winner, binding, ordered_at, agreements),), verdicts=verdicts
    )


def standing(
    touch: Touch, ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> Standing:
    """Whether a touch may be credited at all, judged by its own partner's agreement.

    A window of n days is n times 24 hours, its last instant included. A code is judged at the
    order, whenever we saw it: a stronger source may have moved the order's time since.
    """
    if touch.standing is not None:
        return touch.standing
    if touch.forged:
        return "click_forged"
    if touch.kind == "click" and touch.occurred_at > ordered_at:
        return "after_order"
    at = touch.occurred_at if touch.kind == "click" else ordered_at
    version = in_force(agreements, touch.partnership, at)
    if version is None:
        return "partnership_not_active"
    window = timedelta(days=version.terms.attribution.window_days)
    if touch.kind == "click" and ordered_at - touch.occurred_at > window:
        return "outside_window"
    return "eligible"


def _binding(winner: Touch, eligible: Sequence[Touch]) -> Touch | None:
    """The click whose date picks the terms: the winner, or its partner's last eligible click."""
    if winner.kind == "click":
        return winner
    clicks = [t for t in eligible if t.kind == "click" and t.partnership == winner.partnership]
    return clicks[-1] if clicks else None


def _verdict(
    touch: Touch,
    found: Standing,
    winner: Touch | None,
    binding: Touch | None,
    agreements: Sequence[AgreementVersion],
) -> Verdict:
    if found == "outside_window":
        version = in_force(agreements, touch.partnership, touch.occurred_at)
        params = {"window_days": version.terms.attribution.window_days} if version else {}
        return Verdict(touch_id=touch.touch_id, code=found, params=params)
    if found != "eligible":
        return Verdict(touch_id=touch.touch_id, code=found)
    if touch == winner:
        return Verdict(touch_id=touch.touch_id, code="credited")
    if touch == binding:
        return Verdict(touch_id=touch.touch_id, code="binds_terms")
    lost_to_code = winner is not None and winner.kind == "code" and touch.kind == "click"
    code = "code_wins" if lost_to_code else "earlier_than_last"
    return Verdict(touch_id=touch.touch_id, code=code)


def _credit(
    winner: Touch,
    binding: Touch | None,
    ordered_at: datetime,
    agreements: Sequence[AgreementVersion],
) -> Credit:
    at_order = in_force(agreements, winner.partnership, ordered_at)
    at_click = binding and in_force(agreements, winner.partnership, binding.occurred_at)
    chosen = at_click or at_order
    better = at_order is not None and at_order.terms.attribution.better_at_once
    differs = at_order is not None and chosen is not None and at_order.agreement != chosen.agreement
    also = at_order.agreement if better and at_order and differs else None
    return Credit(
        touch_id=winner.touch_id,
        partnership=winner.partnership,
        agreement=chosen.agreement if chosen else None,
        because="in_force_at_click" if binding else "in_force_at_order",
        also=also,
    )
