"""What is due to be paid: how much, when, and whether somebody has to act."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import NOT_SETTLED, Commission
from handsel.ledger.models import Account
from handsel.ledger.queries import balances
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Batch, Payout
from handsel.payouts.positions import OWED
from handsel.payouts.schedule import collected_until, payout_day_without_batch
from handsel.programs.models import Program
from handsel.rows.querysets import OwnedQuerySet

Kind = Account.Kind


@dataclass(frozen=True)
class Due:
    """What the ledger says partners are owed, approved and not in a batch yet, in minor units.

    `owed_back_minor` came back after it had been paid; the next payouts are reduced by it.
    `batch` is the one that waits for a person; `is_deciding` while it has to be approved, and
    nothing else can be proposed.
    """

    currency: str
    amount_minor: int
    owed_back_minor: int
    partners_total: int
    pays_on: date
    batch: Batch | None
    is_deciding: bool

    @property
    def may_propose(self) -> bool:
        return self.amount_minor > 0 and not self.is_deciding


def due_in(program: Program, member: Member) -> Due:
    partnerships = Partnership.objects.visible_to(member).filter(program=program)
    held = [
        balance
        for balance in balances(owners=partnerships.values_list("pk", flat=True))
        if balance.currency == program.currency and balance.amount_minor
    ]
    payable = [balance for balance in held if balance.kind == Kind.PAYABLE]
    unfinished = batches_due(program, member)
    deciding = unfinished.filter(TO_DECIDE).first()
    return Due(
        currency=program.currency,
        amount_minor=sum(balance.amount_minor for balance in payable),
        owed_back_minor=sum(b.amount_minor for b in held if b.kind == Kind.RECEIVABLE),
        partners_total=len(payable),
        pays_on=payout_day_without_batch(program, localdate(now())),
        batch=deciding or unfinished.order_by("-proposed_at").first(),
        is_deciding=deciding is not None,
    )


class Ready(NamedTuple):
    """What a batch for the next payout day would collect as of now, before minimums."""

    amount_minor: int
    partners_total: int


def ready_for(program: Program, member: Member, pays_on: date) -> Ready:
    """Approved before the day's cut-off and not withheld, less what is owed back."""
    in_time = Q(approved_at__lt=collected_until(program, pays_on), withheld_at=None)
    sums = (
        Commission.objects.visible_to(member)
        .filter(NOT_SETTLED, program=program, currency=program.currency)
        .filter(in_time | Q(amount_minor__lt=F("paid_out_minor")) | ~Q(status="approved"))
        .values("partnership")
        .annotate(owed=Sum(OWED))
        .filter(owed__gt=0)
        .values_list("owed", flat=True)
    )
    found = list(sums)
    return Ready(sum(found), len(found))


def batches_due(program: Program | None, member: Member) -> "OwnedQuerySet[Batch]":
    """Batches that wait for a person: to approve them, to send them, or to say they were paid."""
    rows = Batch.objects.visible_to(member).filter(program=program)
    return rows.filter(discarded_at=None, completed_at=None)


TO_DECIDE = Q(approved_at=None) | Q(
    Exists(
        Payout.objects.filter(batch=OuterRef("pk"), status=Payout.Status.PROPOSED, left_out_at=None)
    )
)
