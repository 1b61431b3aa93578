"""From touches to credits: the whole road, with a verdict for every touch."""

from collections.abc import Sequence
from datetime import datetime

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution.eligibility import standing, version_of
from handsel.engine.attribution.precedence import FIXED, Decision, decide
from handsel.engine.attribution.values import (
    Attribution,
    Credit,
    CreditRules,
    Standing,
    Touch,
)
from handsel.engine.attribution.verdicts import Judged
from handsel.engine.terms import AttributionTerms
from handsel.engine.values import ParamValue, Step

_USUAL = CreditRules()


def attribute(
    touches: Sequence[Touch], ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> Attribution:
    """Eligibility by each touch's own agreement; then the first rank that has an eligible touch;
    then the split within it. The order of arrival decides nothing.

    Which terms: a click takes the version in force at the click. A code takes the version in force
    at the order, unless the same partner also has an eligible click: then that click decides. A
    renewal and a manual credit take the version they are bound to; everything else the one in force
    at the order.
    """
    ordered = sorted(touches, key=_place)
    found = standings(ordered, ordered_at, agreements)
    if len(found) < len(ordered):
        raise ValueError("Two touches have the same touch_id.")
    eligible = [touch for touch in ordered if found[touch.touch_id] == "eligible"]
    deciding, rules = deciding_rules(eligible, ordered_at, agreements)
    decision = decide(eligible, ordered_at, rules)
    binding = _binding(decision, eligible)
    credits = [
        _credit(touch, decision, binding.get(touch.partnership), ordered_at, agreements)
        for touch in sorted(decision.credited.values(), key=_place)
    ]
    judged = Judged(found, decision, binding, rules, ordered_at, agreements)
    return Attribution(
        credits=tuple(credits),
        verdicts=tuple(judged.verdict(touch) for touch in ordered),
        decided_by=decision.kind,
        runner_up=_runner_up(eligible, decision, ordered_at, rules),
        steps=_steps(deciding, rules, decision),
    )


def standings(
    touches: Sequence[Touch], ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> dict[str, Standing]:
    """Whether each touch may be credited, by its id.

    The brand's own channels have no agreement: the window of the last eligible click or code is
    theirs, too.
    """
    partners = {
        touch.touch_id: standing(touch, ordered_at, agreements)
        for touch in touches
        if touch.kind != "channel"
    }
    if len(partners) == len(touches):
        return partners
    eligible = [touch for touch in touches if partners.get(touch.touch_id) == "eligible"]
    last = deciding_touch(eligible)
    version = last and version_of(last, ordered_at, agreements)
    days = (version.terms.attribution if version else AttributionTerms()).window_days
    channels = {
        touch.touch_id: standing(touch, ordered_at, agreements, channel_window_days=days)
        for touch in touches
        if touch.kind == "channel"
    }
    return partners | channels


def deciding_touch(eligible: Sequence[Touch]) -> Touch | None:
    """The touch whose agreement decides for all: the last click or code, else the last of any."""
    ranked = [touch for touch in eligible if touch.kind in ("click", "code")]
    others = [touch for touch in eligible if touch.kind != "channel"]
    return max(ranked or others, key=_place, default=None)


def deciding_rules(
    eligible: Sequence[Touch], ordered_at: datetime, agreements: Sequence[AgreementVersion]
) -> tuple[Touch | None, CreditRules]:
    """The touch whose agreement decides, and what it says of rank and share. Under an agreement
    that is not ours to read, the touch brings its rules along, unless they are the usual ones."""
    touch = deciding_touch(eligible)
    if touch is None:
        return None, _USUAL
    if touch.rules is not None:
        return touch, touch.rules
    version = version_of(touch, ordered_at, agreements)
    return touch, CreditRules.of(version.terms.attribution) if version else _USUAL


def _place(touch: Touch) -> tuple[datetime, int, str]:
    return touch.occurred_at, touch.sequence, touch.touch_id


def _binding(decision: Decision, eligible: Sequence[Touch]) -> dict[str, Touch]:
    """The click whose date picks the terms, by partnership: the credited one, or the last click of
    a partner whose code is credited."""
    binding = {}
    for partnership, touch in decision.credited.items():
        if touch.kind == "click":
            binding[partnership] = touch
        elif touch.kind == "code":
            clicks = [t for t in eligible if t.kind == "click" and t.partnership == partnership]
            if clicks:
                binding[partnership] = clicks[-1]
    return binding


def _credit(
    touch: Touch,
    decision: Decision,
    binding: Touch | None,
    ordered_at: datetime,
    agreements: Sequence[AgreementVersion],
) -> Credit:
    weight = decision.parts[touch.partnership]
    if touch.binds is not None:
        return Credit(
            touch_id=touch.touch_id,
            partnership=touch.partnership,
            agreement=touch.binds,
            because="chosen" if touch.kind == "manual" else "first_order",
            weight=weight,
        )
    at_order = in_force(agreements, touch.partnership, ordered_at)
    at_click = binding and in_force(agreements, touch.partnership, binding.occurred_at)
    chosen = at_click or at_order
    better = at_order is not None and at_order.terms.attribution.better_at_once
    differs = at_order is not None and chosen is not None and at_order.agreement != chosen.agreement
    also = at_order.agreement if better and at_order and differs else None
    return Credit(
        touch_id=touch.touch_id,
        partnership=touch.partnership,
        agreement=chosen.agreement if chosen else None,
        because="in_force_at_click" if binding else "in_force_at_order",
        also=also,
        weight=weight,
    )


def _runner_up(
    eligible: Sequence[Touch], decision: Decision, ordered_at: datetime, rules: CreditRules
) -> str | None:
    """The last touch that would be credited if those who are had not been there."""
    others = [
        touch
        for touch in eligible
        if touch.partnership not in decision.credited and touch.kind != "channel"
    ]
    second = decide(others, ordered_at, rules)
    named = max(second.credited.values(), key=_place, default=None)
    return named.touch_id if named else None


def _steps(deciding: Touch | None, rules: CreditRules, decision: Decision) -> tuple[Step, ...]:
    """What is not as usual: whose rules decided, and whose share they lifted."""
    steps = []
    kind = decision.kind
    if deciding is not None and kind is not None and kind not in FIXED and rules != _USUAL:
        params: dict[str, ParamValue] = {
            "touch": deciding.touch_id,
            "rank": kind,
            "model": rules.model,
        }
        steps.append(Step(code="credit_rules", params=params))
    if decision.introducer is not None:
        introducer = decision.introducer.touch_id
        lifted: dict[str, ParamValue] = {
            "touch": introducer,
            "floor_ppm": rules.introducer_floor_ppm,
        }
        steps.append(Step(code="introducer_floor", params=lifted))
    return tuple(steps)
