"""The offline check of a proof file: everything is computed again, nothing is believed.

Codes, in the order of a report:

- `format`: the file is a handsel-proof/1, each value in its one spelling (`field`, `reason`);
- `seal`, `checkpoint_signature`: signed by the keys in the file; `one_key`: they are the same;
- `trusted_key`: it is the key that the reader had from elsewhere (only when one was given);
- `evaluations_complete`: numbered from 1 without a gap;
- `subject`: an evaluation is of this partnership, order and currency (`number`);
- `evaluation`: the inputs give this evaluation again (`number`, and what came out);
- `entry_balances`, `entry_belongs`, `leaf_hash`, `inclusion`, `evidence`, per entry (`entry`);
- `entries_distinct`: no entry is counted twice;
- `posted`: the entries of an evaluation post its difference to the one before (`number`);
- `amount`: all entries together leave the partnership the amount of the subject.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from handsel.engine import merkle
from handsel.engine.commission import EVALUATION_VERSION, Evaluation, judge
from handsel.engine.proof.format import (
    EntryProof,
    EvaluationRecord,
    LedgerEntry,
    ProofFile,
    evidence,
    leaf_bytes,
)
from handsel.engine.proof.sign import is_signed, sealed_bytes, verify_checkpoint
from handsel.engine.values import ParamValue, Value, canonical, canonical_json, parse
from handsel.errors import DomainError

FILE_BYTES_MAX = 10_000_000


class Check(Value):
    """One thing that was checked, by code; `params` say which, and what was found."""

    code: str
    ok: bool
    params: Mapping[str, ParamValue] = {}


class Report(Value):
    """All checks in order. Without a trusted key it only says that the file agrees with itself.

    `proof` is what the file says, or None when it cannot be read.
    """

    ok: bool
    checks: tuple[Check, ...]
    proof: ProofFile | None


def check(proof: bytes, trusted_key: bytes | None = None) -> Report:
    """Check a proof file; any input gives a report, none raises.

    `trusted_key` is the installation's Ed25519 public key (32 bytes), had from elsewhere.
    """
    try:
        content = _read(proof)
    except DomainError as error:
        params: dict[str, ParamValue] = {"field": error.field, "reason": error.code}
        return _report(None, [Check(code="format", ok=False, params=params)])
    except (ValueError, ArithmeticError) as error:
        params = {"field": "", "reason": str(error)[:200]}
        return _report(None, [Check(code="format", ok=False, params=params)])

    checks = [
        Check(code="format", ok=True),
        *_signatures(content, trusted_key),
        *_evaluations(content),
        *_entries(content),
        *_amounts(content),
    ]
    return _report(content, checks)


def _report(content: ProofFile | None, checks: list[Check]) -> Report:
    return Report(ok=all(c.ok for c in checks), checks=tuple(checks), proof=content)


def _read(data: bytes) -> ProofFile:
    """The file, if it is spelled as we would spell it; spaces between values are free."""
    if len(data) > FILE_BYTES_MAX:
        raise ValueError("The file is too large to be a proof.")
    content = parse(ProofFile, data)
    written = json.loads(data, object_pairs_hook=_without_doubles)
    if canonical_json(written) != canonical(content):
        raise ValueError("A value is not in its canonical form.")
    return content


def _without_doubles(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("A name stands twice in one object.")
    return found


def _signatures(proof: ProofFile, trusted_key: bytes | None) -> Iterator[Check]:
    key = proof.installation.public_key
    yield Check(code="seal", ok=is_signed(key, proof.seal, sealed_bytes(proof)))
    checkpoint = proof.checkpoint
    yield Check(
        code="checkpoint_signature",
        ok=verify_checkpoint(checkpoint),
        params={"size": checkpoint.size, "root": checkpoint.root},
    )
    yield Check(code="one_key", ok=checkpoint.public_key == key, params={"public_key": key})
    if trusted_key is not None:
        yield Check(code="trusted_key", ok=trusted_key.hex() == key, params={"public_key": key})


def _evaluations(proof: ProofFile) -> Iterator[Check]:
    numbers = [record.number for record in proof.evaluations]
    yield Check(code="evaluations_complete", ok=numbers == list(range(1, len(numbers) + 1)))
    subject = proof.subject
    for record in proof.evaluations:
        found = record.evaluation
        names = found.partnership, found.order, found.currency
        yield Check(
            code="subject",
            ok=names == (subject.partnership, subject.order, subject.currency),
            params={"number": record.number},
        )
        yield _evaluation(record)


def _evaluation(record: EvaluationRecord) -> Check:
    written = record.evaluation
    params: dict[str, ParamValue] = {
        "number": record.number,
        "amount_minor": written.amount_minor,
        "currency": written.currency,
    }
    if written.evaluation_version != EVALUATION_VERSION:
        reason: dict[str, ParamValue] = {"reason": "unknown-evaluation-version"}
        return Check(code="evaluation", ok=False, params={**params, **reason})
    try:
        computed = judge(record.inputs, written.partnership)
    except DomainError as error:
        return Check(code="evaluation", ok=False, params={**params, "reason": error.code})
    except (ValueError, ArithmeticError):
        return Check(code="evaluation", ok=False, params={**params, "reason": "inputs-disagree"})
    found: dict[str, ParamValue] = {"computed_minor": computed.amount_minor}
    ok = computed == written
    if not ok:
        found["differs"] = _first_difference(written, computed)
    return Check(code="evaluation", ok=ok, params={**params, **found})


def _first_difference(written: Evaluation, computed: Evaluation) -> str:
    fields = type(written).model_fields
    return next(name for name in fields if getattr(written, name) != getattr(computed, name))


def _entries(proof: ProofFile) -> Iterator[Check]:
    known = {evidence(proof.subject.commission, record) for record in proof.evaluations}
    for sealed in proof.entries:
        entry = sealed.entry
        name: dict[str, ParamValue] = {"entry": entry.entry, "number": sealed.number}
        yield Check(code="entry_balances", ok=_balances(entry), params=name)
        yield Check(code="entry_belongs", ok=_belongs(entry, proof), params=name)
        leaf = merkle.leaf_hash(leaf_bytes(entry))
        yield Check(code="leaf_hash", ok=leaf.hex() == sealed.leaf_hash, params=name)
        yield Check(code="inclusion", ok=_is_included(sealed, proof), params=name)
        yield Check(code="evidence", ok=entry.evidence in known | {""}, params=name)
    numbers = {sealed.number for sealed in proof.entries}
    ids = {sealed.entry.entry for sealed in proof.entries}
    keys = {sealed.entry.key for sealed in proof.entries}
    ok = len(numbers) == len(ids) == len(keys) == len(proof.entries)
    yield Check(code="entries_distinct", ok=ok)


def _balances(entry: LedgerEntry) -> bool:
    sums: Counter[str] = Counter()
    for posting in entry.postings:
        sums[posting.currency] += posting.amount_minor
    return not any(sums.values())


def _belongs(entry: LedgerEntry, proof: ProofFile) -> bool:
    """It is about the commission, as its key says too (`commission-approved:com_…:2`), and its
    postings are between this program and this partnership, in this currency."""
    subject = proof.subject
    currencies = {posting.currency for posting in entry.postings}
    owners = {posting.account.partition(":")[2] for posting in entry.postings}
    return (
        entry.subject == subject.commission
        and subject.commission in entry.key.split(":")
        and currencies == {subject.currency}
        and owners <= {subject.partnership, subject.program}
    )


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
        effects[sealed.entry.evidence] += _effect_minor(sealed.entry, subject.partnership)

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


def _effect_minor(entry: LedgerEntry, partnership: str) -> int:
    """What an entry adds to what the partnership is owed: the credits on accounts it owns."""
    return -sum(
        posting.amount_minor
        for posting in entry.postings
        if posting.account.partition(":")[2] == partnership
    )
