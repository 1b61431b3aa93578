"""What payouts refuse."""

from handsel.errors import DomainError, InvalidInput


class BatchStillOpen(DomainError):
    """A batch of this program is still being looked at."""


class BatchClosed(DomainError):
    """Discarded, or approved: what was in it is decided."""


class NothingToPay(DomainError):
    """Nobody is owed anything that could be paid on that day."""


class NothingToApprove(DomainError):
    """Each payout of the batch is left out, blocked, or waits for a person's look."""


class NothingToExport(DomainError):
    """No payout of the batch is approved and waits for the bank."""


class PayoutsInAnotherFile(DomainError):
    """A file of another kind has some of these payouts: with both, a bank would pay twice."""


class PayoutNotOfBatch(InvalidInput):
    """An id that is no payout of this batch."""


class PayoutNotApprovable(DomainError):
    """Left out, without an account, or not looked at yet."""


class PayoutDecided(DomainError):
    """Approved already: its lines and its amount stay as they are."""


class PayoutNotPayable(DomainError):
    """Only what was approved or sent can be paid, or fail, and only what was paid can come back."""


class PayoutDisagreesWithLedger(DomainError):
    """Commissions and ledger tell a different sum: nothing is approved until that is found."""


class RailUnknown(InvalidInput):
    """No way of paying goes by this name."""


class PayoutDayPassed(InvalidInput):
    """A payout day in the past, or a payment in the future."""
