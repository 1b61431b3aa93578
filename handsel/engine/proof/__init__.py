"""Proof files: what a number was computed from, and that it stands in the ledger.

`docs/proof.md` describes the format `handsel-proof/1` for those who write their own checker.
"""

from handsel.engine.proof.check import FILE_BYTES_MAX, check
from handsel.engine.proof.disclose import disclose, veiled_name
from handsel.engine.proof.format import (
    Checkpoint,
    EarlierLine,
    EntryProof,
    EvaluationRecord,
    Installation,
    LedgerEntry,
    LedgerPosting,
    ProofFile,
    SealedEntry,
    SettlementRecord,
    StatementFile,
    StatementSubject,
    Subject,
    evidence,
    leaf_bytes,
)
from handsel.engine.proof.payout import line_path, line_place, payout_evidence
from handsel.engine.proof.report import Check, Report
from handsel.engine.proof.sign import (
    file_bytes,
    public_key_of,
    seal,
    seal_statement,
    sign_checkpoint,
    verify_checkpoint,
)

__all__ = [
    "FILE_BYTES_MAX",
    "Check",
    "Checkpoint",
    "EarlierLine",
    "EntryProof",
    "EvaluationRecord",
    "Installation",
    "LedgerEntry",
    "LedgerPosting",
    "ProofFile",
    "Report",
    "SealedEntry",
    "SettlementRecord",
    "StatementFile",
    "StatementSubject",
    "Subject",
    "check",
    "disclose",
    "evidence",
    "file_bytes",
    "leaf_bytes",
    "line_path",
    "line_place",
    "payout_evidence",
    "public_key_of",
    "seal",
    "seal_statement",
    "sign_checkpoint",
    "veiled_name",
    "verify_checkpoint",
]
