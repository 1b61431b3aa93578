"""The terms that applied, clause by clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handsel.commissions.models import Commission
from handsel.engine.agreements import AgreementVersion
from handsel.engine.commission import Evaluation, Inputs
from handsel.engine.settling import (
    BonusInputs,
    ManualInputs,
    OverrideInputs,
    Settlement,
    SettlementInputs,
)
from handsel.engine.terms import read, sentences
from handsel.engine.values import canonical_json
from handsel.partnerships.models import Acceptance


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause of the agreement, as `engine.terms.sentences` has it.

    `pays_minor` is what it paid here; None for a clause that pays nothing. `not_met` is why a
    clause that could have paid did not, a code of `rule_not_met`, or empty.
    """

    number: int
    code: str
    params: Mapping[str, object]
    pays_minor: int | None
    not_met: str


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """A version of the agreement. `because` is a line of the table "which terms", or empty;
    `signed` says when each side, `brand` and `partner`, has signed it."""

    agreement_id: str
    number: int
    because: str
    valid_from: datetime
    valid_until: datetime | None
    signed: Mapping[str, datetime]
    clauses: tuple[ClauseShown, ...]


def agreement_shown(
    commission: Commission,
    inputs: Inputs | SettlementInputs,
    evaluation: Evaluation | Settlement,
) -> AgreementShown:
    row = commission.agreement
    used = next((v.terms for v in _versions(inputs) if v.agreement == row.pk), None)
    terms = used or read(canonical_json(row.terms))
    paid = {line.clause: line.amount_minor for line in evaluation.lines}
    unmet = {
        step.params["clause"]: str(step.params["reason"])
        for step in evaluation.steps
        if step.code == "rule_not_met"
    }
    because = (step.params["because"] for step in evaluation.steps if step.code == "terms")
    signed = Acceptance.objects.filter(agreement=row).values_list("side", "accepted_at")
    return AgreementShown(
        agreement_id=row.pk,
        number=row.version,
        because=str(next(because, "")),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        signed=dict(signed),
        clauses=tuple(
            ClauseShown(
                number=clause.number,
                code=clause.code,
                params=clause.params,
                pays_minor=paid.get(clause.number),
                not_met=unmet.get(clause.number, ""),
            )
            for clause in sentences(terms)
        ),
    )


def _versions(inputs: Inputs | SettlementInputs) -> tuple[AgreementVersion, ...]:
    """Those that it was evaluated with; none where a person decided."""
    if isinstance(inputs, ManualInputs):
        return ()
    if isinstance(inputs, BonusInputs | OverrideInputs):
        return (inputs.agreement,)
    return inputs.agreements
