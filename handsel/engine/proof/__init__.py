"""Proof files: what a number was computed from, and that it stands in the ledger.

`docs/proof.md` describes the format `handsel-proof/1` for those who write their own checker.
"""

from handsel.engine.proof.check import Check, Report, check
from handsel.engine.proof.disclose import disclose
from handsel.engine.proof.format import (
    Checkpoint,
    EntryProof,
    EvaluationRecord,
    Installation,
    LedgerEntry,
    LedgerPosting,
    ProofFile,
    Subject,
    evidence,
    leaf_bytes,
)
from handsel.engine.proof.payout import payout_evidence
from handsel.engine.proof.sign import (
    file_bytes,
    public_key_of,
    seal,
    sign_checkpoint,
    verify_checkpoint,
)

__all__ = [
    "Check",
    "Checkpoint",
    "EntryProof",
    "EvaluationRecord",
    "Installation",
    "LedgerEntry",
    "LedgerPosting",
    "ProofFile",
    "Report",
    "Subject",
    "check",
    "disclose",
    "evidence",
    "file_bytes",
    "leaf_bytes",
    "payout_evidence",
    "public_key_of",
    "seal",
    "sign_checkpoint",
    "verify_checkpoint",
]
