"""The evaluations of a commission, and whether the last one comes out the same again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handsel.commissions.models import Revision
from handsel.engine.commission import Evaluation, Inputs, judge
from handsel.engine.values import canonical, parse


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


def read_revision(revision: Revision) -> tuple[Inputs, Evaluation]:
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


def verify(inputs: Inputs, evaluation: Evaluation) -> Verification:
    computed = judge(inputs, evaluation.partnership)
    return Verification(
        inputs_sha256=hashlib.sha256(canonical(inputs)).hexdigest(),
        evaluation_version=evaluation.evaluation_version,
        computed_minor=computed.amount_minor,
        is_same=computed == evaluation,
    )
