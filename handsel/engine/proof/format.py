"""The format handsel-proof/1. Bytes are lower-case hexadecimal, moments UTC ending in Z."""

import hashlib
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from handsel.engine.commission import Evaluation, Inputs
from handsel.engine.settling import Settlement, SettlementInputs
from handsel.engine.statement import Parties, StatementContent
from handsel.engine.values import (
    AMOUNT_MINOR_MAX,
    Amount,
    Currency,
    Hash,
    Id,
    Moment,
    Salt,
    Value,
    canonical_json,
)

FORMAT: Literal["handsel-proof/1"] = "handsel-proof/1"
LEAF_FORMAT = "handsel-leaf/1"
EVIDENCE_FORMAT = "handsel-evidence/1"

PublicKey = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Signature = Annotated[str, Field(pattern=r"\A[0-9a-f]{128}\z")]
Place = Annotated[int, Field(ge=0, le=AMOUNT_MINOR_MAX)]
Size = Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX)]


class Installation(Value):
    """Who keeps the ledger: a name for people, an Ed25519 public key for programs."""

    name: str
    public_key: PublicKey


class Subject(Value):
    """The commission this file proves, and what it amounts to now.

    `order` is the order's reference, or the settlement's subject.
    """

    commission: Id
    partnership: Id
    program: Id
    order: Id
    amount_minor: Amount
    currency: Currency


class EvaluationRecord(Value):
    """Evaluation `number` (from 1) of a commission: what was known then, and what it gave.

    `inputs` are as `disclose` leaves them for the commission's partnership.
    """

    number: Annotated[int, Field(ge=1)]
    inputs: Inputs
    evaluation: Evaluation


class SettlementRecord(Value):
    """Settlement `number` (from 1) of a commission that is not for a single order."""

    number: Annotated[int, Field(ge=1)]
    inputs: SettlementInputs
    evaluation: Settlement


def _kind_of_record(record: object) -> str:
    """Inputs of a settlement name their kind, those of an order do not."""
    if isinstance(record, EvaluationRecord | SettlementRecord):
        return "order" if isinstance(record, EvaluationRecord) else "settlement"
    inputs = record.get("inputs") if isinstance(record, dict) else None
    return "settlement" if isinstance(inputs, dict) and "kind" in inputs else "order"


Record = Annotated[
    Annotated[EvaluationRecord, Tag("order")] | Annotated[SettlementRecord, Tag("settlement")],
    Discriminator(_kind_of_record),
]


class LedgerPosting(Value):
    """A debit is positive, a credit negative."""

    account: Id
    amount_minor: Amount
    currency: Currency


class LedgerEntry(Value):
    """An entry exactly as its leaf was hashed.

    `subject` is what it is about, `brand` and `partner` the organizations it stands between (no
    partner where it is the brand's alone). `evidence` ties an entry to the evaluation it posts
    (see the function `evidence`); it is empty where a person or a date decided, as in an approval.
    `salt` is random, so that nobody can guess an entry from the hashes in other people's proofs.
    """

    entry: Id
    key: Id
    subject: Id
    brand: Id
    partner: Id | None
    occurred_at: Moment
    recorded_at: Moment
    postings: Annotated[tuple[LedgerPosting, ...], Field(min_length=2)]
    evidence: Hash | Literal[""] = ""
    salt: Salt


class EntryProof(Value):
    """An entry, its place in the sealed list (from 0), and the way from its leaf to the root."""

    entry: LedgerEntry
    number: Place
    leaf_hash: Hash
    inclusion_proof: tuple[Hash, ...]


class Checkpoint(Value):
    """The signed root of the first `size` entries (Ed25519, see `sign.checkpoint_text`)."""

    size: Size
    root: Hash
    signed_at: Moment
    public_key: PublicKey
    signature: Signature


class ProofFile(Value):
    """One commission, from inputs to sealed entries. `seal` signs all the rest of the file."""

    format: Literal["handsel-proof/1"] = FORMAT
    kind: Literal["commission"] = "commission"
    made_at: Moment
    installation: Installation
    subject: Subject
    evaluations: Annotated[tuple[Record, ...], Field(min_length=1)]
    entries: tuple[EntryProof, ...]
    checkpoint: Checkpoint
    seal: Signature


class StatementSubject(Value):
    """The payout this file proves, and what it is about."""

    statement: Id
    payout: Id
    partnership: Id
    program: Id
    amount_minor: Amount
    currency: Currency


class SealedEntry(Value):
    """An entry and its place in the sealed list; the way to the root is told for all at once."""

    entry: LedgerEntry
    number: Place


class EarlierLine(Value):
    """A line of an earlier payout, for a commission of which this one holds only the difference.

    `path` leads from the line, at `place` of `lines_total`, to the root that the evidence of that
    payout's entry is made of (see `payout_evidence`).
    """

    commission: Id
    payout: Id
    amount_minor: Amount
    place: Place
    lines_total: Size
    path: tuple[Hash, ...]


class StatementFile(Value):
    """One payout, from its commissions' entries to the money on its way.

    `parties` are None once they were erased. `entries` are those of the payout, of its
    commissions up to the moment it was queued, and those that queued the `earlier` payouts;
    `shared_proof` leads from all of them to the root of `checkpoint`. `issued_under` is the
    checkpoint printed on the statement, `continuation` shows that the later one begins with it.
    """

    format: Literal["handsel-proof/1"] = FORMAT
    kind: Literal["statement"] = "statement"
    made_at: Moment
    installation: Installation
    subject: StatementSubject
    statement: StatementContent
    parties: Parties | None
    entries: tuple[SealedEntry, ...]
    shared_proof: tuple[Hash, ...]
    earlier: tuple[EarlierLine, ...]
    issued_under: Checkpoint
    continuation: tuple[Hash, ...]
    checkpoint: Checkpoint
    seal: Signature


def leaf_bytes(entry: LedgerEntry) -> bytes:
    """What is hashed into the tree for an entry: its canonical JSON, salt and format name included.

    The leaf hash is `merkle.leaf_hash(leaf_bytes(entry))`.
    """
    return canonical_json({"format": LEAF_FORMAT, **entry.model_dump(mode="json")})


def evidence(commission: str, record: EvaluationRecord | SettlementRecord) -> str:
    """What an entry that posts an evaluation carries: a hash of all that the evaluation says.

    With it the inputs are fixed the moment the entry is sealed: no other file can give the same
    entry another reason.
    """
    content = {
        "format": EVIDENCE_FORMAT,
        "commission": commission,
        **record.model_dump(mode="json"),
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()
