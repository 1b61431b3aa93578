"""The checks of a statement's proof file. Where there are many things alike, one check names how
many there are (`total`), how many are wrong (`wrong`) and the first of those (`first`).

- `statement_subject`: the statement is of this payout, and says its amount;
- `statement_parties`: the names are those it was issued with (only while they are there);
- `statement_lines`: the parts of a line add up to it, no commission stands in two lines;
- `statement_amount`: the lines add up to the amount (`lines_minor`);
- `entries_balance`, `entries_belong`, `entries_distinct`: as for a commission;
- `entries_included`: all entries are in the list that the checkpoint signs;
- `lines_complete`: of each commission the entries are numbered from 1 without a gap;
- `lines_earned`: they leave the partnership what its line says it has earned;
- `lines_before`: what earlier payouts held of it stands in those payouts' entries;
- `payout_lines`: the entry that queued the payout was posted for these lines and no others;
- `payout_queued`: it sends the amount, out of what the partnership was owed;
- `payout_moved`: what came later moves the whole amount (`state`: `sent`, `paid` or `back`);
- `issued_checkpoint`: the checkpoint on the statement is signed, and covers that entry (`size`);
- `continued`: the later checkpoint begins with that one: nothing was rewritten since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from handsel.engine import merkle
from handsel.engine.proof.format import EarlierLine, LedgerEntry, StatementFile, leaf_bytes
from handsel.engine.proof.payout import evidence_of_lines, line_hash, payout_evidence
from handsel.engine.proof.report import Check, balances, credited_minor, is_between, tally
from handsel.engine.proof.sign import verify_checkpoint
from handsel.engine.values import ParamValue, digest


def statement_checks(proof: StatementFile) -> Iterator[Check]:
    found = _Sorted(proof)
    yield from _content(proof)
    yield from _entries(proof, found)
    yield from _lines(proof, found)
    yield from _payout(proof, found)
    yield from _checkpoints(proof, found)


class _Sorted:
    """The entries by what they are about."""

    def __init__(self, proof: StatementFile) -> None:
        self.subject = proof.subject
        self.earlier = {line.payout for line in proof.earlier}
        self.by_subject: dict[str, list[LedgerEntry]] = defaultdict(list)
        for sealed in proof.entries:
            self.by_subject[sealed.entry.subject].append(sealed.entry)
        self.numbers = {sealed.entry.entry: sealed.number for sealed in proof.entries}

    def queued(self, payout: str) -> LedgerEntry | None:
        """The one entry that queued a payout; None unless there is exactly one."""
        found = [e for e in self.by_subject[payout] if e.key.startswith("payout-queued:")]
        return found[0] if len(found) == 1 else None

    @cached_property
    def approved_accounts(self) -> tuple[str, str]:
        """What is owed for good, and what is owed back."""
        return f"payable:{self.subject.partnership}", f"receivable:{self.subject.partnership}"


def _content(proof: StatementFile) -> Iterator[Check]:
    said, subject = proof.statement, proof.subject
    yield Check(
        code="statement_subject",
        ok=(said.number, said.payout, said.partnership, said.program)
        == (subject.statement, subject.payout, subject.partnership, subject.program)
        and (said.amount_minor, said.currency) == (subject.amount_minor, subject.currency),
        params={"statement": subject.statement},
    )
    if proof.parties is not None:
        yield Check(code="statement_parties", ok=digest(proof.parties) == said.parties_hash)
    times = Counter(line.commission for line in said.lines)
    yield tally(
        code="statement_lines",
        found=[(line.order, line.adds_up and times[line.commission] == 1) for line in said.lines],
    )
    lines_minor = sum(line.amount_minor for line in said.lines)
    yield Check(
        code="statement_amount",
        ok=lines_minor == said.amount_minor,
        params={
            "total": len(said.lines),
            "amount_minor": said.amount_minor,
            "lines_minor": lines_minor,
            "currency": said.currency,
        },
    )


def _entries(proof: StatementFile, found: _Sorted) -> Iterator[Check]:
    sealed_entries = proof.entries
    yield tally(
        code="entries_balance", found=[(s.number, balances(s.entry)) for s in sealed_entries]
    )
    commissions = {line.commission for line in proof.statement.lines}
    yield tally(
        code="entries_belong",
        found=[(s.number, _belongs(s.entry, proof, found, commissions)) for s in sealed_entries],
    )
    keys = {s.entry.key for s in sealed_entries}
    ok = len(set(found.numbers.values())) == len(found.numbers) == len(keys) == len(sealed_entries)
    yield Check(code="entries_distinct", ok=ok)
    leaves = {s.number: merkle.leaf_hash(leaf_bytes(s.entry)) for s in sealed_entries}
    yield Check(
        code="entries_included",
        ok=merkle.verify_shared(
            leaves,
            proof.checkpoint.size,
            [bytes.fromhex(sibling) for sibling in proof.shared_proof],
            bytes.fromhex(proof.checkpoint.root),
        ),
        params={"total": len(sealed_entries)},
    )


def _belongs(
    entry: LedgerEntry, proof: StatementFile, found: _Sorted, commissions: set[str]
) -> bool:
    """Between this program or brand and this partnership, about a payout or commission of ours."""
    said = proof.statement
    if entry.subject in commissions:
        owners = {said.partnership, said.program}
    elif entry.subject in found.earlier | {said.payout}:
        owners = {said.partnership, said.brand}
    else:
        return False
    sides = (entry.brand, entry.partner) == (said.brand, said.partner)
    return sides and is_between(entry, entry.subject, owners, said.currency)


def _lines(proof: StatementFile, found: _Sorted) -> Iterator[Check]:
    lines = proof.statement.lines
    entries = found.by_subject
    yield tally(
        code="lines_complete",
        found=[(ln.order, _is_complete(entries[ln.commission])) for ln in lines],
    )
    yield tally(
        code="lines_earned",
        found=[
            (line.order, _approved_minor(entries[line.commission], found) == line.earned_minor)
            for line in lines
        ],
    )
    before: Counter[str] = Counter()
    for line in proof.earlier:
        before[line.commission] += line.amount_minor
    named = {line.commission for line in lines}
    yield tally(
        code="lines_before",
        found=[(line.order, before[line.commission] == line.paid_before_minor) for line in lines]
        + [
            (line.commission, line.commission in named and _is_proven(line, proof, found))
            for line in _once(proof.earlier)
        ],
    )


def _is_complete(entries: Iterable[LedgerEntry]) -> bool:
    """Keys end in the number of the transition: `commission-approved:com_…:2`."""
    numbers = [entry.key.rpartition(":")[2] for entry in entries]
    return bool(numbers) and sorted(numbers) == sorted(map(str, range(1, len(numbers) + 1)))


def _approved_minor(entries: Iterable[LedgerEntry], found: _Sorted) -> int:
    return sum(credited_minor(entry, *found.approved_accounts) for entry in entries)


def _once(lines: Iterable[EarlierLine]) -> Iterator[EarlierLine]:
    """The lines; one that stands there twice comes to nothing the second time, and so fails."""
    seen: set[tuple[str, str]] = set()
    for line in lines:
        name = line.payout, line.commission
        yield line if name not in seen else line.model_copy(update={"payout": ""})
        seen.add(name)


def _is_proven(line: EarlierLine, proof: StatementFile, found: _Sorted) -> bool:
    entry = found.queued(line.payout)
    root = merkle.root_of_path(
        line_hash(line.payout, line.commission, line.amount_minor),
        line.place,
        line.lines_total,
        [bytes.fromhex(sibling) for sibling in line.path],
    )
    if entry is None or root is None or line.payout == proof.subject.payout:
        return False
    currency = proof.subject.currency
    return entry.evidence == evidence_of_lines(line.payout, currency, line.lines_total, root)


def _payout(proof: StatementFile, found: _Sorted) -> Iterator[Check]:
    subject = proof.subject
    queued = found.queued(subject.payout)
    lines = {line.commission: line.amount_minor for line in proof.statement.lines}
    evidence = payout_evidence(subject.payout, subject.currency, lines)
    yield Check(code="payout_lines", ok=queued is not None and queued.evidence == evidence)

    transit = f"in_transit:{subject.partnership}"
    sent_minor = credited_minor(queued, transit) if queued else 0
    owed_minor = credited_minor(queued, *found.approved_accounts) if queued else 0
    amount: dict[str, ParamValue] = {
        "amount_minor": subject.amount_minor,
        "sent_minor": sent_minor,
        "currency": subject.currency,
    }
    ok = sent_minor == -owed_minor == subject.amount_minor
    yield Check(code="payout_queued", ok=ok, params=amount)

    state = _state(found.by_subject[subject.payout], proof)
    yield Check(code="payout_moved", ok=bool(state), params={**amount, "state": state})


def _state(entries: Iterable[LedgerEntry], proof: StatementFile) -> str:
    """Where the money is, by the payout's entries; empty when only a part of it has moved."""
    subject, brand = proof.subject, proof.statement.brand
    on = list(entries)
    transit_minor = sum(credited_minor(e, f"in_transit:{subject.partnership}") for e in on)
    cash_minor = sum(credited_minor(e, f"cash:{brand}") for e in on)
    places: Mapping[tuple[int, int], str] = {
        (subject.amount_minor, 0): "sent",
        (0, subject.amount_minor): "paid",
        (0, 0): "back",
    }
    return places.get((transit_minor, cash_minor), "")


def _checkpoints(proof: StatementFile, found: _Sorted) -> Iterator[Check]:
    said, issued, latest = proof.statement, proof.issued_under, proof.checkpoint
    queued = found.queued(proof.subject.payout)
    yield Check(
        code="issued_checkpoint",
        ok=verify_checkpoint(issued)
        and issued.public_key == proof.installation.public_key
        and (issued.size, issued.root) == (said.ledger_size, said.ledger_root)
        and queued is not None
        and found.numbers[queued.entry] < issued.size,
        params={"size": said.ledger_size},
    )
    yield Check(
        code="continued",
        ok=merkle.verify_consistency(
            issued.size,
            latest.size,
            bytes.fromhex(issued.root),
            bytes.fromhex(latest.root),
            [bytes.fromhex(sibling) for sibling in proof.continuation],
        ),
        params={"before": issued.size, "size": latest.size},
    )
