"""Why each touch is credited, or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution.eligibility import lifetime_days, version_of
from handsel.engine.attribution.precedence import FIXED, Decision
from handsel.engine.attribution.values import (
    Beaten,
    CreditRules,
    Standing,
    Touch,
    TouchKind,
    Verdict,
)
from handsel.engine.values import ParamValue

_BEATEN: Mapping[TouchKind, Beaten] = {
    "sku": "sku_wins",
    "customer": "customer_wins",
    "code": "code_wins",
    "click": "click_wins",
    "lifetime": "lifetime_wins",
    "channel": "channel_wins",
    "renewal": "renewal_wins",
    "manual": "manual_wins",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """All that the verdicts of one order depend on."""

    standings: Mapping[str, Standing]
    decision: Decision
    binding: Mapping[str, Touch]
    rules: CreditRules
    ordered_at: datetime
    agreements: Sequence[AgreementVersion]

    def verdict(self, touch: Touch) -> Verdict:
        found = self.standings[touch.touch_id]
        if found != "eligible":
            return Verdict(touch_id=touch.touch_id, code=found, params=self._limit(touch, found))
        if self.decision.credited.get(touch.partnership) == touch:
            return Verdict(touch_id=touch.touch_id, code="credited", params=self._part(touch))
        return Verdict(touch_id=touch.touch_id, code=self._uncredited(touch))

    def _uncredited(self, touch: Touch) -> str:
        decision = self.decision
        if touch.kind == "channel":
            return "own_channel"
        if touch.touch_id in decision.weights:
            return "shares"
        if self.binding.get(touch.partnership) == touch:
            return "binds_terms"
        if touch.touch_id in decision.stood_down:
            return "stood_down"
        if touch.kind == decision.kind:
            first = self.rules.model == "first_click" and touch.kind not in FIXED
            return "later_than_first" if first else "earlier_than_last"
        named = touch.kind in FIXED or touch.kind in self.rules.precedence
        return _BEATEN[decision.kind] if named and decision.kind else "not_in_precedence"

    def _part(self, touch: Touch) -> Mapping[str, ParamValue]:
        """By what it is credited, where that is not "the last counts", and how much of all."""
        journey = touch.kind in ("click", "code")
        usual = journey and self.rules.model == "last_click"
        by = {} if usual else {"by": self.rules.model if journey else touch.kind}
        parts = self.decision.parts
        if len(parts) == 1:
            return by
        return {**by, "weight": parts[touch.partnership], "weights": sum(parts.values())}

    def _limit(self, touch: Touch, found: Standing) -> Mapping[str, ParamValue]:
        """The days that were exceeded, where the agreement that says so is ours to read."""
        if found not in ("outside_window", "lifetime_over"):
            return {}
        version = version_of(touch, self.ordered_at, self.agreements)
        if version is None:
            return {}
        if found == "outside_window":
            return {"window_days": version.terms.attribution.window_days}
        return {"lifetime_days": lifetime_days(touch, version, self.agreements)}
