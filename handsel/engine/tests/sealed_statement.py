"""A statement of Ben's, from commissions to a sealed and signed proof file.

Two orders are paid for the first time. Of a third, paid in an earlier payout, a part came back.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from handsel.engine.merkle import Frontier, consistency_proof, leaf_hash, shared_proof
from handsel.engine.proof import (
    Checkpoint,
    EarlierLine,
    LedgerEntry,
    LedgerPosting,
    SealedEntry,
    StatementFile,
    StatementSubject,
    leaf_bytes,
    line_path,
    line_place,
    payout_evidence,
    seal_statement,
    sign_checkpoint,
)
from handsel.engine.statement import (
    AgreementUsed,
    Part,
    Parties,
    Party,
    StatementContent,
    StatementLine,
)
from handsel.engine.tests.cast import BEN, DAY, ORDERED
from handsel.engine.tests.sealed import KEY
from handsel.engine.values import digest

PROGRAM, BRAND, PARTNER = "prg_wool", "org_wool", "org_trails"
EXPENSE, CASH = f"commission_expense:{PROGRAM}", f"cash:{BRAND}"
PENDING, PAYABLE, TRANSIT, RECEIVABLE = (
    f"{kind}:{BEN}" for kind in ("pending", "payable", "in_transit", "receivable")
)
EARLIER_LINES = {"com_c": 900, "com_d": 100}
LINES = {"com_a": 1442, "com_b": 600, "com_c": -500}
PARTIES = Parties(
    sender=Party(name="Lofthus Wool", lines=("lofthus.example",)),
    receiver=Party(name="Aas Media", lines=()),
    holder_name="Maren Aas",
    account="NO93 •••• 4471",
    salt="5a" * 16,
)
Postings = Mapping[str, int]


def entry(key: str, postings: Postings, at: datetime, why: str = "") -> LedgerEntry:
    """Debits are positive, credits negative."""
    return LedgerEntry(
        entry="ent_" + key.replace(":", "_"),
        key=key,
        subject=key.split(":")[1],
        brand=BRAND,
        partner=PARTNER,
        occurred_at=at,
        recorded_at=at,
        postings=tuple(
            LedgerPosting(account=account, amount_minor=minor, currency="EUR")
            for account, minor in postings.items()
        ),
        evidence=why,
        salt=(key.encode().hex() + "0" * 64)[:64],
    )


def earned(commission: str, minor: int, at: datetime) -> list[LedgerEntry]:
    """Recorded, then approved."""
    return [
        entry(f"commission-recorded:{commission}:1", {EXPENSE: minor, PENDING: -minor}, at),
        entry(f"commission-approved:{commission}:2", {PENDING: minor, PAYABLE: -minor}, at + DAY),
    ]


def queued(payout: str, lines: Mapping[str, int], at: datetime) -> LedgerEntry:
    total_minor = sum(lines.values())
    back_minor = sum(minor for minor in lines.values() if minor < 0)
    postings = {PAYABLE: total_minor - back_minor, RECEIVABLE: back_minor, TRANSIT: -total_minor}
    return entry(
        f"payout-queued:{payout}:1",
        {account: minor for account, minor in postings.items() if minor},
        at,
        payout_evidence(payout, "EUR", lines),
    )


def part(clause: int, rate_ppm: int | None, basis_minor: int | None, amount_minor: int) -> Part:
    return Part(
        clause=clause,
        kind="fixed" if rate_ppm is None else "percent",
        customer="new" if rate_ppm is None else None,
        basis_minor=basis_minor,
        rate_ppm=rate_ppm,
        amount_minor=amount_minor,
    )


def line(commission: str, *parts: Part, before_minor: int = 0) -> StatementLine:
    earned_minor = sum(one.amount_minor for one in parts)
    return StatementLine(
        commission=commission,
        agreement=3,
        order=f"L-{commission[-1]}",
        ordered_at=ORDERED,
        approved_at=ORDERED + DAY,
        via="link",
        name="besseggen-packing",
        counts_minor=sum(one.basis_minor or 0 for one in parts),
        parts=parts,
        earned_minor=earned_minor,
        paid_before_minor=before_minor,
        amount_minor=earned_minor - before_minor,
    )


STATEMENT_LINES = (
    line("com_a", part(2, 95_000, 12018, 1142), part(3, None, None, 300)),
    line("com_b", part(2, 95_000, 6316, 600)),
    line("com_c", part(2, 95_000, 4211, 400), before_minor=900),
)


class Ledger:
    """Entries as they are sealed, each after one of somebody else's."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.sealed: list[SealedEntry] = []

    def add(self, *entries: LedgerEntry) -> None:
        for one in entries:
            self._leaf(b"somebody else's")
            self.sealed.append(SealedEntry(entry=one, number=self.frontier.size))
            self._leaf(leaf_bytes(one))

    def _leaf(self, data: bytes) -> None:
        for level, index, found in self.frontier.append(leaf_hash(data)):
            self.nodes[level, index] = found

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def checkpoint(self, at: datetime) -> Checkpoint:
        return sign_checkpoint(KEY, self.frontier.size, self.frontier.root(), at)


def content(issued: Checkpoint, lines: Sequence[StatementLine]) -> StatementContent:
    return StatementContent(
        number="ST-2026-09-0001",
        month="2026-09",
        issued_at=ORDERED + 18 * DAY,
        period_from=None,
        period_until=ORDERED + 15 * DAY,
        brand=BRAND,
        partner=PARTNER,
        program=PROGRAM,
        partnership=BEN,
        payout="pay_1",
        reference="WOOL-2-7",
        pays_on=date(2026, 10, 16),
        currency="EUR",
        amount_minor=sum(one.amount_minor for one in lines),
        left_minor=0,
        agreements=(
            AgreementUsed(
                agreement="agr_3",
                number=3,
                terms_digest="c1" * 32,
                valid_from=ORDERED - 100 * DAY,
                signed_at=ORDERED - 99 * DAY,
            ),
        ),
        lines=tuple(lines),
        parties_hash=digest(PARTIES),
        ledger_size=issued.size,
        ledger_root=issued.root,
    )


def a_statement(
    *later: LedgerEntry, lines: Sequence[StatementLine] = STATEMENT_LINES
) -> StatementFile:
    """Queued, and then what came `later`: by default the money arrives."""
    ledger = Ledger()
    ledger.add(*earned("com_c", 900, ORDERED - 40 * DAY))
    ledger.add(queued("pay_0", EARLIER_LINES, ORDERED - 20 * DAY))
    back = {RECEIVABLE: 500, EXPENSE: -500}
    ledger.add(entry("commission-adjusted:com_c:3", back, ORDERED - 10 * DAY))
    ledger.add(*earned("com_a", 1442, ORDERED), *earned("com_b", 600, ORDERED))
    ledger.add(queued("pay_1", LINES, ORDERED + 16 * DAY))
    issued = ledger.checkpoint(ORDERED + 17 * DAY)
    ledger.add(*(later or [paid()]))
    latest = ledger.checkpoint(ORDERED + 30 * DAY)
    return seal_statement(
        KEY,
        made_at=ORDERED + 31 * DAY,
        installation="Lofthus Wool",
        subject=StatementSubject(
            statement="ST-2026-09-0001",
            payout="pay_1",
            partnership=BEN,
            program=PROGRAM,
            amount_minor=1542,
            currency="EUR",
        ),
        statement=content(issued, lines),
        parties=PARTIES,
        entries=ledger.sealed,
        shared_proof=shared_proof([one.number for one in ledger.sealed], latest.size, ledger.node),
        earlier=[
            EarlierLine(
                commission="com_c",
                payout="pay_0",
                amount_minor=900,
                place=line_place(EARLIER_LINES, "com_c"),
                lines_total=len(EARLIER_LINES),
                path=tuple(s.hex() for s in line_path("pay_0", EARLIER_LINES, "com_c")),
            )
        ],
        issued_under=issued,
        continuation=consistency_proof(issued.size, latest.size, ledger.node),
        checkpoint=latest,
    )


def paid(minor: int = 1542, after: timedelta = 20 * DAY) -> LedgerEntry:
    return entry("payout-paid:pay_1:2", {TRANSIT: minor, CASH: -minor}, ORDERED + after)
