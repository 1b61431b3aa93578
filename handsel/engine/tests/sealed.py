"""A commission of Ben's, from evaluations to a sealed and signed proof file."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from handsel.engine.commission import Inputs, judge
from handsel.engine.merkle import Frontier, inclusion_proof, leaf_hash
from handsel.engine.orders import Fact, OrderLine
from handsel.engine.proof import (
    EntryProof,
    EvaluationRecord,
    LedgerEntry,
    LedgerPosting,
    ProofFile,
    SettlementRecord,
    Subject,
    disclose,
    evidence,
    leaf_bytes,
    seal,
    sign_checkpoint,
)
from handsel.engine.tests.cast import (
    BEN,
    CLEO,
    DAY,
    ORDERED,
    SECRET,
    agreement,
    click,
    code,
    percent,
    refund,
    sale,
)

COMMISSION = "com_01m7w3n2p5exyv9yzdeftyh8k6"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
TRUSTED = KEY.public_key().public_bytes_raw()

KNITS = OrderLine(
    line_id="knits",
    sku="KNIT",
    category="knits",
    quantity=2,
    gross_minor=15890,
    discount_minor=1589,
    tax_minor=2283,
)
SALE = sale(
    KNITS,
    shipping_minor=490,
    customer_is_new=True,
    codes=("BEN10", "CLEO15"),
    click_ids=("click-ben", "click-cleo"),
)
TOUCHES = (
    click(6.2, reference="click-ben"),
    click(40, reference="click-old"),
    click(0.5, CLEO, reference="click-cleo"),
    code(reference="BEN10"),
)
AGREEMENTS = (
    agreement(number=1, since=400, until=100, terms=percent(50_000)),
    agreement(number=2, since=100),
    agreement(CLEO, terms=percent(250_000)),
)
EXPENSE, PENDING, PAYABLE = "commission_expense:prg_wool", f"pending:{BEN}", f"payable:{BEN}"


def raw(*facts: Fact) -> Inputs:
    return Inputs(facts=facts, touches=TOUCHES, agreements=AGREEMENTS)


def record(number: int, *facts: Fact) -> EvaluationRecord:
    inputs = disclose(raw(*facts), BEN, COMMISSION, SECRET)
    return EvaluationRecord(number=number, inputs=inputs, evaluation=judge(inputs, BEN))


def entry(
    what: str, debit: str, credit: str, minor: int, at: datetime, why: str = ""
) -> LedgerEntry:
    return LedgerEntry(
        entry=f"ent_{what}",
        key=f"commission-{what}:{COMMISSION}:1",
        subject=COMMISSION,
        brand="org_wool",
        partner="org_trails",
        occurred_at=at,
        recorded_at=at,
        postings=(
            LedgerPosting(account=debit, amount_minor=minor, currency="EUR"),
            LedgerPosting(account=credit, amount_minor=-minor, currency="EUR"),
        ),
        evidence=why,
        salt=bytes(len(what) for _ in range(16)).hex(),
    )


def sealed(entries: Sequence[LedgerEntry]) -> tuple[list[EntryProof], Frontier]:
    """These entries, each between two of other people's in the tree."""
    frontier, nodes, numbers = Frontier(), {}, []
    for one in entries:
        numbers.append(frontier.size + 1)
        for leaf in (b"before", leaf_bytes(one), b"after"):
            for level, index, found in frontier.append(leaf_hash(leaf)):
                nodes[level, index] = found

    def path(number: int) -> tuple[str, ...]:
        proof = inclusion_proof(number, frontier.size, lambda *node: nodes[node])
        return tuple(step.hex() for step in proof)

    proofs = [
        EntryProof(
            entry=one,
            number=number,
            leaf_hash=leaf_hash(leaf_bytes(one)).hex(),
            inclusion_proof=path(number),
        )
        for one, number in zip(entries, numbers, strict=True)
    ]
    return proofs, frontier


def refunded_sale() -> ProofFile:
    """Credited by his code, approved, then half of it refunded: 14.42 becomes 8.71 EUR."""
    half = refund(7151, at=ORDERED + 5 * DAY)
    first, second = record(1, SALE), record(2, SALE, half)
    lost_minor = first.evaluation.amount_minor - second.evaluation.amount_minor
    entries = [
        entry("earned", EXPENSE, PENDING, 1442, ORDERED, evidence(COMMISSION, first)),
        entry("approved", PENDING, PAYABLE, 1442, ORDERED + 4 * DAY),
        entry(
            "changed", PAYABLE, EXPENSE, lost_minor, half.occurred_at, evidence(COMMISSION, second)
        ),
    ]
    return file(entries, [first, second], second.evaluation.amount_minor)


def file(
    entries: Sequence[LedgerEntry],
    evaluations: Sequence[EvaluationRecord | SettlementRecord],
    amount_minor: int,
    subject: str = "L-20418",
) -> ProofFile:
    proofs, frontier = sealed(entries)
    at = ORDERED + 6 * DAY
    return seal(
        KEY,
        made_at=at,
        installation="Lofthus Wool",
        subject=Subject(
            commission=COMMISSION,
            partnership=BEN,
            program="prg_wool",
            order=subject,
            amount_minor=amount_minor,
            currency="EUR",
        ),
        evaluations=evaluations,
        entries=proofs,
        checkpoint=sign_checkpoint(KEY, frontier.size, frontier.root(), at),
    )
