"""What a proof file says of itself, for people without the command line."""

from dataclasses import dataclass
from typing import Literal

from handsel.commissions.models import Commission
from handsel.engine.proof import Check, ProofFile, SettlementRecord, StatementFile, check
from handsel.engine.statement import StatementContent, fingerprint, grouped
from handsel.ledger.keys import public_key
from handsel.ui.wording import words

Verdict = Literal["holds", "elsewhere", "fails", "unreadable", "another_paper"]


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`verdict`: it holds under this installation's key; it agrees with itself under another
    installation's (`elsewhere`); it does not hold, or is no proof; or it holds, and is not of the
    paper that the reader has in hand (`another_paper`). `print_ok` is None where no paper's
    fingerprint was given."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    proof: ProofFile | StatementFile | None
    print_ok: bool | None

    @property
    def statement(self) -> StatementContent | None:
        return self.proof.statement if isinstance(self.proof, StatementFile) else None

    @property
    def kind(self) -> str:
        """What a commission is for, where it is not for one order."""
        record = self.proof.evaluations[-1] if isinstance(self.proof, ProofFile) else None
        if not isinstance(record, SettlementRecord):
            return ""
        return str(Commission.Kind(record.inputs.kind).label)

    @property
    def fingerprint(self) -> str:
        return grouped(fingerprint(self.statement)) if self.statement else ""

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.ok)

    @property
    def tone(self) -> str:
        return {"holds": "brand", "elsewhere": "warn"}.get(self.verdict, "bad")


def checked(file: bytes, print_begins: str = "") -> Checked:
    """Everything computed again, in memory. `print_begins` is the beginning of a fingerprint."""
    report = check(file, bytes.fromhex(public_key()))
    currency = report.proof.subject.currency if report.proof else ""
    print_ok = None
    if print_begins and report.proof:
        print_ok = isinstance(report.proof, StatementFile) and fingerprint(
            report.proof.statement
        ).startswith(print_begins.lower())
    return Checked(
        verdict=_verdict(report.checks, print_ok),
        findings=tuple(_finding(one, currency) for one in report.checks),
        proof=report.proof,
        print_ok=print_ok,
    )


def _verdict(checks: tuple[Check, ...], print_ok: bool | None) -> Verdict:
    failed = {one.code for one in checks if not one.ok}
    if "format" in failed:
        return "unreadable"
    if failed - {"trusted_key"}:
        return "fails"
    if print_ok is False:
        return "another_paper"
    return "elsewhere" if failed else "holds"


def _finding(one: Check, currency: str) -> Finding:
    params = {**one.params, "ok": one.ok}
    return Finding(one.ok, words(one.code, params, subject="check", currency=currency))
