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
from handsel.commissions.receipt.revisions import (
    RevisionShown,
    Verification,
    read_record,
    revisions_shown,
    verify,
)
from handsel.commissions.receipt.sums import FormulaPart, formula_of
from handsel.commissions.receipt.terms import AgreementShown, agreement_shown
from handsel.commissions.receipt.touches import TouchShown, touches_shown
from handsel.engine.earning import CommissionLine
from handsel.engine.orders import OrderState, fold
from handsel.engine.proof import EvaluationRecord
from handsel.engine.values import Step
from handsel.rows.querysets import ActsFor

__all__ = [
    "AgreementShown",
    "Checks",
    "EntryShown",
    "FormulaPart",
    "OrderShown",
    "Receipt",
    "RevisionShown",
    "Stage",
    "TouchShown",
    "Verification",
    "Way",
    "receipt",
]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of one commission, as it is now.

    `formula` is the sum in a row, `credited` the touch that earned it (None when it earns nothing
    any more), `lines` the rules that pay, `steps` the engine's whole explanation, in its order.
    Touches and `ordered` are there where it is of an order.
    """

    commission: Commission
    partner_name: str
    program_name: str
    for_brand: bool
    currency: str
    amount_minor: int
    formula: tuple[FormulaPart, ...]
    credited: TouchShown | None
    touches: tuple[TouchShown, ...]
    partner_count: int
    ordered: OrderShown | None
    agreement: AgreementShown
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]
    checks: Checks
    entries: tuple[EntryShown, ...]
    stages: tuple[Stage, ...]
    revisions: tuple[RevisionShown, ...]
    verification: Verification
    activities: tuple[Activity, ...]

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
    inputs, evaluation = record.inputs, record.evaluation
    state: OrderState | None = None
    order: OrderShown | None = None
    touches: tuple[TouchShown, ...] = ()
    if isinstance(record, EvaluationRecord):
        state = fold(record.inputs.facts)
        order = order_shown(commission, state, record.evaluation)
        touches = touches_shown(commission, record.inputs, record.evaluation, member)
    subjects = [pk for pk in (commission.pk, commission.conversion_id) if pk]
    return Receipt(
        commission=commission,
        partner_name=commission.partnership.partner.name,
        program_name=commission.program.name,
        for_brand=member.organization_id == commission.brand_id,
        currency=commission.currency,
        amount_minor=commission.amount_minor,
        formula=formula_of(evaluation),
        credited=next((touch for touch in touches if touch.is_credited), None),
        touches=touches,
        partner_count=len({touch.partner_key for touch in touches if touch.partner_key}),
        ordered=order,
        agreement=agreement_shown(commission, inputs, evaluation),
        lines=evaluation.lines,
        steps=evaluation.steps,
        checks=checks_of(commission, state),
        entries=entries_shown(commission, member),
        stages=stages_of(commission, way),
        revisions=revisions_shown(revisions),
        verification=verify(record),
        activities=tuple(history(member, *subjects)[:50]),
    )
