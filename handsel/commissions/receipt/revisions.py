"""The evaluations of a commission, and whether the last one comes out the same again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handsel.commissions.models import Revision
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.proof import EvaluationRecord, SettlementRecord
from handsel.engine.settling import Settlement, settle
from handsel.engine.values import canonical, parse

Record = EvaluationRecord | SettlementRecord


@dataclass(frozen=True, slots=True)
class RevisionShown:
    """`cause` is of `Revision.Cause`; `difference_minor` to the one before, and to 0 at first."""

    number: int
    cause: str
    recorded_at: datetime
    amount_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The last evaluation done again from its stored inputs. `inputs_sha256` is their print."""

    inputs_sha256: str
    evaluation_version: int
    computed_minor: int
    is_same: bool


def read_record(revision: Revision) -> Record:
    """An evaluation of a commission of any kind. Those of settlements name their kind."""
    told = {
        "number": revision.number,
        "inputs": revision.inputs,
        "evaluation": revision.evaluation,
    }
    if "kind" in revision.evaluation:
        return parse(SettlementRecord, json.dumps(told))
    return parse(EvaluationRecord, json.dumps(told))


def read_revision(revision: Revision) -> tuple[Inputs, Evaluation]:
    """An evaluation of an order's commission."""
    inputs = parse(Inputs, json.dumps(revision.inputs))
    return inputs, parse(Evaluation, json.dumps(revision.evaluation))


def revisions_shown(revisions: Sequence[Revision]) -> tuple[RevisionShown, ...]:
    amounts = [0, *(revision.amount_minor for revision in revisions)]
    return tuple(
        RevisionShown(
            number=revision.number,
            cause=revision.cause,
            recorded_at=revision.recorded_at,
            amount_minor=revision.amount_minor,
            difference_minor=revision.amount_minor - before_minor,
        )
        for revision, before_minor in zip(revisions, amounts, strict=False)
    )


def verify(record: Record) -> Verification:
    """Compute it once more, whatever kind it is of."""
    again, evaluation = computed_again(record), record.evaluation
    if isinstance(evaluation, Settlement):
        version = evaluation.settlement_version
    else:
        version = evaluation.evaluation_version
    return Verification(
        inputs_sha256=hashlib.sha256(canonical(record.inputs)).hexdigest(),
        evaluation_version=version,
        computed_minor=again.amount_minor,
        is_same=again == evaluation,
    )


def computed_again(record: Record) -> Evaluation | Settlement:
    """What its inputs come to."""
    if isinstance(record, SettlementRecord):
        return settle(record.inputs)
    return judge(record.inputs, record.evaluation.partnership)
