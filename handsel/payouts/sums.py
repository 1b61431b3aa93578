"""How the total of a batch is made, and whether the ledger says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from handsel.ledger.models import Account, Posting
from handsel.payouts.models import Batch, Payout, PayoutLine
from handsel.payouts.positions import told_twice

LeftOut = Payout.LeftOut


@dataclass(frozen=True, slots=True)
class BatchSums:
    """From all that was approved to what is paid, in minor units. The first seven add up to
    `to_pay_minor`: what is kept, withheld or left out is negative, except `owed_back_minor`,
    the balances below zero that are carried on, which is positive.

    `difference_minor` is what the ledger says above what commissions and payouts say.
    """

    currency: str
    approved_minor: int
    before_minor: int
    sent_back_minor: int
    kept_minor: int
    owed_back_minor: int
    withheld_minor: int
    left_out_minor: int
    to_pay_minor: int
    payouts_total: int
    kept_total: int
    withheld_total: int
    left_out_total: int
    difference_minor: int

    @property
    def agrees(self) -> bool:
        return self.difference_minor == 0


def batch_sums(batch: Batch) -> BatchSums:
    """As the batch stands: proposals as they were collected, payouts as they were approved."""
    payouts = list(batch.payouts.all())
    lines = PayoutLine.objects.filter(payout__batch=batch)
    is_before = Q(pk__in=[])
    if batch.collected_from is not None:
        is_before = Q(commission__approved_at__lt=batch.collected_from)
    pays = Q(amount_minor__gt=0)
    sums = lines.aggregate(
        approved=Sum("amount_minor", filter=pays & ~is_before, default=0),
        before=Sum("amount_minor", filter=pays & is_before, default=0),
        sent_back=Sum("amount_minor", filter=~pays, default=0),
    )
    kept = [one for one in payouts if one.left_out_kind == LeftOut.BELOW_MINIMUM]
    owed_back = [one for one in payouts if one.left_out_kind == LeftOut.OWED_BACK]
    left_out = [one for one in payouts if one.left_out_kind in {LeftOut.DROPPED, LeftOut.DELAYED}]
    paying = [one for one in payouts if one.left_out_at is None]
    return BatchSums(
        currency=batch.currency,
        approved_minor=int(sums["approved"]) + batch.withheld_minor,
        before_minor=int(sums["before"]),
        sent_back_minor=int(sums["sent_back"]),
        kept_minor=-_total_minor(kept),
        owed_back_minor=-_total_minor(owed_back),
        withheld_minor=-batch.withheld_minor,
        left_out_minor=-_total_minor(left_out),
        to_pay_minor=_total_minor(paying),
        payouts_total=len(paying),
        kept_total=len(kept),
        withheld_total=batch.withheld_total,
        left_out_total=len(left_out),
        difference_minor=_difference_minor(batch, paying),
    )


def _total_minor(payouts: Sequence[Payout]) -> int:
    return sum(payout.amount_minor for payout in payouts)


def _difference_minor(batch: Batch, payouts: Sequence[Payout]) -> int:
    """Of proposals: what is owed, told by the ledger and by the commissions. Of what was approved:
    what was posted, and what it comes to. Differences of several partners do not cancel out."""
    waiting = [payout for payout in payouts if payout.is_waiting]
    told = told_twice(batch.program, [payout.partnership_id for payout in waiting])
    differences = [one.ledger_minor - one.commissions_minor for one in told.values()]
    approved = {one.pk: one.amount_minor for one in payouts if not one.is_waiting}
    posted = dict(
        Posting.objects.filter(
            entry__subject_id__in=approved,
            entry__key__startswith="payout-queued:",
            account__kind=Account.Kind.IN_TRANSIT,
        )
        .order_by()
        .values_list("entry__subject_id")
        .annotate(total=Sum("amount_minor"))
    )
    differences += [-int(posted.get(pk, 0)) - minor for pk, minor in approved.items()]
    return max(differences, key=abs, default=0)
