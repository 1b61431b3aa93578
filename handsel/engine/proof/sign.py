"""Ed25519 signatures over checkpoints and whole files. Each begins with a context of its own, so
that no signature can be passed off as one of another kind."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from handsel.engine.proof.format import (
    FORMAT,
    Checkpoint,
    EarlierLine,
    EntryProof,
    EvaluationRecord,
    Installation,
    ProofFile,
    SealedEntry,
    SettlementRecord,
    StatementFile,
    StatementSubject,
    Subject,
)
from handsel.engine.statement import Parties, StatementContent
from handsel.engine.values import canonical_json, moment_text

CHECKPOINT_CONTEXT = "handsel-checkpoint/1"
UNSIGNED = "0" * 128


def public_key_of(private_key: Ed25519PrivateKey) -> str:
    return private_key.public_key().public_bytes_raw().hex()


def checkpoint_text(size: int, root: str, signed_at: datetime) -> bytes:
    r"""What a checkpoint signs: four lines, each ended by a line feed.

    >>> from datetime import UTC
    >>> checkpoint_text(1, "6e" * 32, datetime(2026, 9, 30, tzinfo=UTC)).decode().split("\n")[3]
    '2026-09-30T00:00:00Z'
    """
    lines = CHECKPOINT_CONTEXT, str(size), root, moment_text(signed_at)
    return "".join(f"{line}\n" for line in lines).encode()


def sign_checkpoint(
    private_key: Ed25519PrivateKey, size: int, root: bytes, at: datetime
) -> Checkpoint:
    text = checkpoint_text(size, root.hex(), at)
    return Checkpoint(
        size=size,
        root=root.hex(),
        signed_at=at,
        public_key=public_key_of(private_key),
        signature=private_key.sign(text).hex(),
    )


def verify_checkpoint(checkpoint: Checkpoint) -> bool:
    """Whether its own key signed it; whose key that is, is another question."""
    text = checkpoint_text(checkpoint.size, checkpoint.root, checkpoint.signed_at)
    return is_signed(checkpoint.public_key, checkpoint.signature, text)


def sealed_bytes(proof: ProofFile | StatementFile) -> bytes:
    """What the seal signs: the format's name, a line feed, the file without its seal."""
    content = proof.model_dump(mode="json", exclude={"seal"})
    return f"{FORMAT}\n".encode() + canonical_json(content)


def seal(
    private_key: Ed25519PrivateKey,
    *,
    made_at: datetime,
    installation: str,
    subject: Subject,
    evaluations: Sequence[EvaluationRecord | SettlementRecord],
    entries: Sequence[EntryProof],
    checkpoint: Checkpoint,
) -> ProofFile:
    """The proof file of a commission, signed as a whole in the name of an installation."""
    proof = ProofFile(
        made_at=made_at,
        installation=Installation(name=installation, public_key=public_key_of(private_key)),
        subject=subject,
        evaluations=tuple(evaluations),
        entries=tuple(entries),
        checkpoint=checkpoint,
        seal=UNSIGNED,
    )
    return proof.model_copy(update={"seal": _signature(private_key, proof)})


def seal_statement(
    private_key: Ed25519PrivateKey,
    *,
    made_at: datetime,
    installation: str,
    subject: StatementSubject,
    statement: StatementContent,
    parties: Parties | None,
    entries: Sequence[SealedEntry],
    shared_proof: Sequence[bytes],
    earlier: Sequence[EarlierLine],
    issued_under: Checkpoint,
    continuation: Sequence[bytes],
    checkpoint: Checkpoint,
) -> StatementFile:
    """The proof file of a statement, signed as a whole in the name of an installation."""
    proof = StatementFile(
        made_at=made_at,
        installation=Installation(name=installation, public_key=public_key_of(private_key)),
        subject=subject,
        statement=statement,
        parties=parties,
        entries=tuple(entries),
        shared_proof=tuple(sibling.hex() for sibling in shared_proof),
        earlier=tuple(earlier),
        issued_under=issued_under,
        continuation=tuple(sibling.hex() for sibling in continuation),
        checkpoint=checkpoint,
        seal=UNSIGNED,
    )
    return proof.model_copy(update={"seal": _signature(private_key, proof)})


def _signature(private_key: Ed25519PrivateKey, proof: ProofFile | StatementFile) -> str:
    return private_key.sign(sealed_bytes(proof)).hex()


def file_bytes(proof: ProofFile | StatementFile) -> bytes:
    """The file to download: JSON that people can read, too; a long one without indentation."""
    indent = 2 if isinstance(proof, ProofFile) else None
    return proof.model_dump_json(indent=indent).encode() + b"\n"


def is_signed(public_key: str, signature: str, data: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
