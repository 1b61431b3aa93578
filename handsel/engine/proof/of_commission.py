"""The checks of a commission's proof file.

- `evaluations_complete`: numbered from 1 without a gap;
- `subject`: an evaluation is of this partnership, order and currency (`number`);
- `evaluation`: the inputs give this evaluation again (`number`, and what came out);
- `entry_balances`, `entry_belongs`, `leaf_hash`, `inclusion`, `evidence`, per entry (`entry`);
- `entries_distinct`: no entry is counted twice;
- `posted`: the entries of an evaluation post its difference to the one before (`number`);
- `amount`: all entries together leave the partnership the amount of the subject.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from handsel.engine import merkle
from handsel.engine.commission import EVALUATION_VERSION, Evaluation, judge
from handsel.engine.proof.format import (
    EntryProof,
    EvaluationRecord,
    ProofFile,
    SettlementRecord,
    evidence,
    leaf_bytes,
)
from handsel.engine.proof.report import Check, balances, effect_minor, is_between
from handsel.engine.settling import SETTLEMENT_VERSION, Settlement, settle
from handsel.engine.values import ParamValue
from handsel.errors import DomainError


def commission_checks(proof: ProofFile) -> Iterator[Check]:
    yield from _evaluations(proof)
    yield from _entries(proof)
    yield from _amounts(proof)


def _evaluations(proof: ProofFile) -> Iterator[Check]:
    numbers = [record.number for record in proof.evaluations]
    yield Check(code="evaluations_complete", ok=numbers == list(range(1, len(numbers) + 1)))
    subject = proof.subject
    for record in proof.evaluations:
        found = record.evaluation
        about = found.order if isinstance(found, Evaluation) else found.subject
        names = found.partnership, about, found.currency
        yield Check(
            code="subject",
            ok=names == (subject.partnership, subject.order, subject.currency),
            params={"number": record.number},
        )
        yield _evaluation(record)


def _evaluation(record: EvaluationRecord | SettlementRecord) -> Check:
    written = record.evaluation
    params: dict[str, ParamValue] = {
        "number": record.number,
        "amount_minor": written.amount_minor,
        "currency": written.currency,
    }
    if not _is_known(written):
        reason: dict[str, ParamValue] = {"reason": "unknown-evaluation-version"}
        return Check(code="evaluation", ok=False, params={**params, **reason})
    try:
        computed = _again(record)
    except DomainError as error:
        return Check(code="evaluation", ok=False, params={**params, "reason": error.code})
    except (ValueError, ArithmeticError):
        return Check(code="evaluation", ok=False, params={**params, "reason": "inputs-disagree"})
    found: dict[str, ParamValue] = {"computed_minor": computed.amount_minor}
    ok = computed == written
    if not ok:
        found["differs"] = _first_difference(written, computed)
    return Check(code="evaluation", ok=ok, params={**params, **found})


def _is_known(written: Evaluation | Settlement) -> bool:
    if isinstance(written, Evaluation):
        return written.evaluation_version == EVALUATION_VERSION
    return written.settlement_version == SETTLEMENT_VERSION


def _again(record: EvaluationRecord | SettlementRecord) -> Evaluation | Settlement:
    """What the inputs come to, computed here and now."""
    if isinstance(record, SettlementRecord):
        return settle(record.inputs)
    return judge(record.inputs, record.evaluation.partnership)


def _first_difference(written: Evaluation | Settlement, computed: Evaluation | Settlement) -> str:
    fields = type(written).model_fields
    return next(name for name in fields if getattr(written, name) != getattr(computed, name))


def _entries(proof: ProofFile) -> Iterator[Check]:
    subject = proof.subject
    owners = {subject.partnership, subject.program}
    known = {evidence(subject.commission, record) for record in proof.evaluations}
    for sealed in proof.entries:
        entry = sealed.entry
        name: dict[str, ParamValue] = {"entry": entry.entry, "number": sealed.number}
        yield Check(code="entry_balances", ok=balances(entry), params=name)
        yield Check(
            code="entry_belongs",
            ok=is_between(entry, subject.commission, owners, subject.currency),
            params=name,
        )
        leaf = merkle.leaf_hash(leaf_bytes(entry))
        yield Check(code="leaf_hash", ok=leaf.hex() == sealed.leaf_hash, params=name)
        yield Check(code="inclusion", ok=_is_included(sealed, proof), params=name)
        yield Check(code="evidence", ok=entry.evidence in known | {""}, params=name)
    numbers = {sealed.number for sealed in proof.entries}
    ids = {sealed.entry.entry for sealed in proof.entries}
    keys = {sealed.entry.key for sealed in proof.entries}
    ok = len(numbers) == len(ids) == len(keys) == len(proof.entries)
    yield Check(code="entries_distinct", ok=ok)


def _is_included(sealed: EntryProof, proof: ProofFile) -> bool:
    return merkle.verify_inclusion(
        bytes.fromhex(sealed.leaf_hash),
        sealed.number,
        proof.checkpoint.size,
        [bytes.fromhex(sibling) for sibling in sealed.inclusion_proof],
        bytes.fromhex(proof.checkpoint.root),
    )


def _amounts(proof: ProofFile) -> Iterator[Check]:
    subject = proof.subject
    effects: Counter[str] = Counter()
    for sealed in proof.entries:
        effects[sealed.entry.evidence] += effect_minor(sealed.entry, subject.partnership)

    amounts = [0, *(record.evaluation.amount_minor for record in proof.evaluations)]
    differences = [after - before for before, after in pairwise(amounts)]
    for record, difference_minor in zip(proof.evaluations, differences, strict=True):
        posted_minor = effects[evidence(subject.commission, record)]
        yield Check(
            code="posted",
            ok=posted_minor == difference_minor,
            params={
                "number": record.number,
                "difference_minor": difference_minor,
                "posted_minor": posted_minor,
            },
        )
    total_minor = sum(effects.values())
    yield Check(
        code="amount",
        ok=total_minor == subject.amount_minor,
        params={
            "amount_minor": subject.amount_minor,
            "entries_minor": total_minor,
            "currency": subject.currency,
        },
    )
