"""What a case comes to: pure values in, pure values out.

Each partnership concerned is judged on the inputs as it may see them (`engine.proof.disclose`):
what is stored, hashed and shown is what was evaluated.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import get_args

from handsel.commissions.cases import Case
from handsel.commissions.models import Commission, Revision
from handsel.engine import attribution, orders
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.proof import disclose
from handsel.engine.values import canonical_json
from handsel.environment import environment
from handsel.ids import new_id
from handsel.tracking.keys import load_keys

Cause = Revision.Cause

# Of several reasons why nothing is credited, the first of these that some touch has.
REASONS: tuple[str, ...] = (
    "channel_wins",
    "outside_window",
    "after_tail",
    "partnership_not_active",
    "after_order",
    "not_confirmed",
    *get_args(attribution.Filtered),
    "click_forged",
    "not_in_precedence",
    "lifetime_over",
    "sku_not_owned",
    "own_channel",
)
NO_TOUCH, CODE_UNKNOWN = "no_touch", "unknown_code"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one partnership earns. `cause` is None where nothing has changed."""

    partnership_id: str
    commission_id: str
    inputs: Inputs
    evaluation: Evaluation
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a conversion comes to. `reason` says why nobody is credited, or is empty."""

    found: attribution.Attribution
    judged: tuple[Judged, ...]
    reason: str

    @property
    def verdicts(self) -> dict[str, str]:
        return {verdict.touch_id: verdict.code for verdict in self.found.verdicts}


NOBODYS = Judgement(attribution.Attribution(credits=(), verdicts=()), (), NO_TOUCH)


def judged_case(case: Case) -> Judgement:
    """Raises what the engine raises; a declined commission is a person's word and stays."""
    found = attribution.attribute(
        case.inputs.touches, case.state.occurred_at, case.inputs.agreements
    )
    credited = [credit.partnership for credit in found.credits]
    before = [
        partnership
        for partnership, commission in case.commissions.items()
        if commission.status != Commission.Status.DECLINED
    ]
    declined = case.commissions.keys() - before
    judged = tuple(
        _judged(case, partnership)
        for partnership in dict.fromkeys([*credited, *before])
        if partnership not in declined
    )
    codes = {verdict.code for verdict in found.verdicts}
    return Judgement(found, judged, "" if credited else _reason(case, codes))


def _reason(case: Case, codes: set[str]) -> str:
    if not case.inputs.touches:
        return CODE_UNKNOWN if case.state.codes else NO_TOUCH
    return next(reason for reason in REASONS if reason in codes)


def _judged(case: Case, partnership: str) -> Judged:
    commission = case.commissions.get(partnership)
    commission_id = commission.pk if commission else new_id("com")
    secret = disclosure_secret(environment().keys_dir)
    inputs = disclose(case.inputs, partnership, commission_id, secret)
    evaluation = judge(inputs, partnership)
    last = case.last.get(commission_id)
    cause = _cause(last, inputs, evaluation) if last else Cause.FIRST
    return Judged(partnership, commission_id, inputs, evaluation, cause)


def _cause(last: Revision, inputs: Inputs, evaluation: Evaluation) -> Cause | None:
    """What is new since the last revision. A signature under terms that apply already is not."""
    before, after = last.inputs, inputs.model_dump(mode="json")
    if before["facts"] != after["facts"]:
        return _cause_in_facts(before["facts"], after["facts"])
    if before["touches"] != after["touches"]:
        return Cause.TOUCH
    same = canonical_json(last.evaluation) == canonical_json(evaluation.model_dump(mode="json"))
    return None if same else Cause.AGREEMENT


def _cause_in_facts(before: list[dict[str, object]], after: list[dict[str, object]]) -> Cause:
    """The gravest of what is new or has changed; a customer fact may also have fallen away."""
    kinds = {fact["kind"] for fact in after if fact not in before}
    for kind in ("cancel", "refund", "order"):
        if kind in kinds:
            return Cause(kind)
    return Cause.CUSTOMER


@lru_cache(maxsize=8)
def disclosure_secret(keys_dir: Path) -> bytes:
    """Names other partners' touches in one commission's inputs; derived, so that it is kept with
    the key of the click ids."""
    return hmac.digest(load_keys(keys_dir).click, b"handsel-disclosure/1", "sha256")


def reversal_reason(state: orders.OrderState, evaluation: Evaluation) -> str:
    """Why a commission is taken back, or nothing where it stands: what its terms pay although all
    goods went back, as for shipping that was kept, is owed."""
    if evaluation.credit is None:
        params = evaluation.steps[-1].params
        return str(params["reason"])
    if not state.is_spent or evaluation.amount_minor:
        return ""
    reversal = Commission.Reversal
    return reversal.CANCELLED if state.cancelled_at else reversal.REFUNDED
