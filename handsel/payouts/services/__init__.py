from handsel.payouts.refusals import (
    BatchClosed,
    BatchStillOpen,
    NothingToApprove,
    NothingToExport,
    NothingToPay,
    PayoutDayPassed,
    PayoutDecided,
    PayoutDisagreesWithLedger,
    PayoutNotApprovable,
    PayoutNotOfBatch,
    PayoutNotPayable,
    PayoutsInAnotherFile,
    RailUnknown,
)
from handsel.payouts.services.approve import approve_batch
from handsel.payouts.services.decide import (
    clear_payout,
    delay_payout,
    discard_batch,
    drop_payout,
    restore_payout,
)
from handsel.payouts.services.export import export_batch
from handsel.payouts.services.pay import (
    mark_batch_paid,
    mark_failed,
    mark_paid,
    mark_returned,
)
from handsel.payouts.services.payee import set_payee
from handsel.payouts.services.propose import propose_batch

__all__ = [
    "BatchClosed",
    "BatchStillOpen",
    "NothingToApprove",
    "NothingToExport",
    "NothingToPay",
    "PayoutDayPassed",
    "PayoutDecided",
    "PayoutDisagreesWithLedger",
    "PayoutNotApprovable",
    "PayoutNotOfBatch",
    "PayoutNotPayable",
    "PayoutsInAnotherFile",
    "RailUnknown",
    "approve_batch",
    "clear_payout",
    "delay_payout",
    "discard_batch",
    "drop_payout",
    "export_batch",
    "mark_batch_paid",
    "mark_failed",
    "mark_paid",
    "mark_returned",
    "propose_batch",
    "restore_payout",
    "set_payee",
]
