"""A receipt: why this amount, from the touch to the ledger, ready to be worded and drawn.

Codes and parameters only (`handsel.ui.wording` has the words); amounts in minor units of
`Receipt.currency`. Both sides see the same, but for the other partners who were involved: to a
partner they are a kind and a time.
"""

from dataclasses import dataclass

from handsel.activity.models import Activity
from handsel.activity.queries import history
from handsel.commissions.models import Commission
from handsel.commissions.receipt.ledger import EntryShown, entries_shown
from handsel.commissions.receipt.order import OrderShown, order_shown
from handsel.commissions.receipt.progress import Checks, Stage, Way, checks_of, stages_of
from handsel.commissions.receipt.recompute import Again, Recomputed, recompute_all, recomputed
from handsel.commissions.receipt.revisions import (
    Record,
    RevisionShown,
    Verification,
    read_record,
    revisions_shown,
    verify,
)
from handsel.commissions.receipt.settled import SettledShown, settled_shown
from handsel.commissions.receipt.sums import FormulaPart, formula_of
from handsel.commissions.receipt.terms import AgreementShown, agreement_shown
from handsel.commissions.receipt.tiers import TiersShown, period_tiers, rolling_tiers
from handsel.commissions.receipt.touches import TouchShown, touches_shown
from handsel.commissions.receipt.what_if import (
    Asked,
    OtherTerms,
    WhatIf,
    period_what_ifs,
    what_ifs,
)
from handsel.engine.earning import CommissionLine
from handsel.engine.orders import OrderState, fold
from handsel.engine.proof import EvaluationRecord
from handsel.engine.settling import PeriodInputs
from handsel.engine.values import Step
from handsel.rows.querysets import ActsFor

__all__ = [
    "Again",
    "AgreementShown",
    "Asked",
    "Checks",
    "EntryShown",
    "FormulaPart",
    "OrderShown",
    "OtherTerms",
    "Receipt",
    "Recomputed",
    "RevisionShown",
    "SettledShown",
    "Stage",
    "TiersShown",
    "TouchShown",
    "Verification",
    "Way",
    "WhatIf",
    "receipt",
    "recompute_all",
    "recomputed",
    "what_ifs_of",
]

# Whose words about a commission stand on its receipt, by the state it is in.
DECISIONS = {"declined": "commission.declined", "withheld": "commission.withheld"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of one commission, as it is now.

    `formula` is the sum in a row, `credited` the partner's own touch that earned it (None when it
    earns nothing any more), `runner_up` the one that would be credited in its place, `sharing` all
    touches that are credited, `lines` the rules that pay, `steps` the engine's whole explanation,
    in its order. Touches and `ordered` are there where it is of an order, `settled` where it is
    not. `tiers` are the rates by volume that were asked, `reason` why a person declined or withheld
    it. `record` is what it was last computed from.
    """

    commission: Commission
    record: Record
    partner_name: str
    program_name: str
    for_brand: bool
    currency: str
    amount_minor: int
    formula: tuple[FormulaPart, ...]
    credited: TouchShown | None
    runner_up: TouchShown | None
    touches: tuple[TouchShown, ...]
    sharing: tuple[TouchShown, ...]
    partner_count: int
    ordered: OrderShown | None
    settled: SettledShown | None
    tiers: tuple[TiersShown, ...]
    agreement: AgreementShown
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]
    checks: Checks
    entries: tuple[EntryShown, ...]
    stages: tuple[Stage, ...]
    revisions: tuple[RevisionShown, ...]
    verification: Verification
    activities: tuple[Activity, ...]
    reason: str

    @property
    def order(self) -> OrderShown:
        """The order, where it is known to be of one. Raises ValueError where it is not."""
        if self.ordered is None:
            raise ValueError(f"{self.commission.pk} is not of one order.")
        return self.ordered

    @property
    def debit_minor(self) -> int:
        """All that was debited, and so all that was credited: the entries balance."""
        return sum(entry.debit_minor for entry in self.entries)


def receipt(commission: Commission, member: ActsFor, way: Way | None = None) -> Receipt:
    """The receipt of a commission that this member may see, in a fixed number of statements; `way`
    is that of the payout that carries it."""
    revisions = list(commission.revisions.order_by("number"))
    record = read_record(revisions[-1])
    evaluation = record.evaluation
    state: OrderState | None = None
    order: OrderShown | None = None
    settled: SettledShown | None = None
    touches: tuple[TouchShown, ...] = ()
    if isinstance(record, EvaluationRecord):
        state = fold(record.inputs.facts)
        order = order_shown(commission, state, record.evaluation)
        touches = touches_shown(commission, record.inputs, record.evaluation, member)
    else:
        settled = settled_shown(commission, record.inputs, member)
    sharing = tuple(touch for touch in touches if touch.is_credited)
    subjects = [pk for pk in (commission.pk, commission.conversion_id) if pk]
    activities = tuple(history(member, *subjects)[:50])
    return Receipt(
        commission=commission,
        record=record,
        partner_name=commission.partnership.partner.name,
        program_name=commission.program.name,
        for_brand=member.organization_id == commission.brand_id,
        currency=commission.currency,
        amount_minor=commission.amount_minor,
        formula=formula_of(evaluation),
        credited=next((touch for touch in sharing if touch.is_own), None),
        runner_up=next((touch for touch in touches if touch.is_runner_up), None),
        touches=touches,
        sharing=sharing,
        partner_count=len({touch.partner_key for touch in touches if touch.partner_key}),
        ordered=order,
        settled=settled,
        tiers=_tiers(record),
        agreement=agreement_shown(commission, record.inputs, evaluation),
        lines=evaluation.lines,
        steps=evaluation.steps,
        checks=checks_of(commission, state),
        entries=entries_shown(commission, member),
        stages=stages_of(commission, way),
        revisions=revisions_shown(revisions),
        verification=verify(record),
        activities=activities,
        reason=_reason(commission, activities),
    )


def what_ifs_of(shown: Receipt, asked: Asked) -> tuple[WhatIf, ...]:
    """What the commission would be, had one thing been different; for some kinds nothing is
    supposed."""
    record = shown.record
    if isinstance(record, EvaluationRecord):
        found = what_ifs(shown.commission, record.inputs, record.evaluation, asked)
        names = {article.line_id: article.label for article in shown.order.articles}
        return tuple(one.called(names) for one in found)
    if isinstance(record.inputs, PeriodInputs):
        return period_what_ifs(record.inputs)
    return ()


def _tiers(record: Record) -> tuple[TiersShown, ...]:
    if isinstance(record, EvaluationRecord):
        used = record.evaluation.agreement
        terms = next((v.terms for v in record.inputs.agreements if v.agreement == used), None)
        return rolling_tiers(terms, record.evaluation.steps) if terms else ()
    if isinstance(record.inputs, PeriodInputs):
        return period_tiers(record.inputs, record.evaluation.steps)
    return ()


def _reason(commission: Commission, activities: tuple[Activity, ...]) -> str:
    state = "withheld" if commission.withheld_at else commission.status
    told = (one.reason for one in activities if one.verb == DECISIONS.get(state))
    return next(told, "")
