"""Where the commission is, told twice: by commissions and payouts, and by the ledger."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, Sum, Value, When

from handsel.commissions.models import Commission
from handsel.ledger.models import Account
from handsel.ledger.queries import balances
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Payout
from handsel.programs.models import Program

Kind = Account.Kind
Status = Commission.Status
# Accounts of partners, and on which side of the sum they stand.
SIGNS = {Kind.PENDING: 1, Kind.PAYABLE: 1, Kind.IN_TRANSIT: 1, Kind.RECEIVABLE: -1}
# What is owed of an approved or former commission: what it earns less what was paid of it.
POSITION = Case(When(status=Status.APPROVED, then=F("amount_minor")), default=Value(0)) - F(
    "paid_out_minor"
)


@dataclass(frozen=True)
class Owed:
    """What partners are owed, in minor units of `currency`. The first four less
    `owed_back_minor`, what came back after it had been paid, make `total_minor`."""

    currency: str
    waiting_minor: int
    approved_minor: int
    withheld_minor: int
    in_transit_minor: int
    owed_back_minor: int
    ledger_minor: int

    @property
    def total_minor(self) -> int:
        held = self.waiting_minor + self.approved_minor + self.withheld_minor
        return held + self.in_transit_minor - self.owed_back_minor

    @property
    def agrees(self) -> bool:
        return self.total_minor == self.ledger_minor


def owed_in(program: Program, member: Member) -> Owed:
    """In a few statements, each over the commissions that are not settled."""
    rows = Commission.objects.visible_to(member).filter(program=program, currency=program.currency)
    free, pending = Q(withheld_at=None), Q(status=Status.PENDING)
    owed = Q(position__gt=0)
    sums: dict[str, Any] = rows.order_by().aggregate(
        waiting=Sum("amount_minor", filter=free & pending, default=0),
        waiting_withheld=Sum("amount_minor", filter=~free & pending, default=0),
    )
    unsettled = rows.annotate(position=POSITION).exclude(position=0)
    sums |= unsettled.order_by().aggregate(
        approved=Sum("position", filter=free & owed, default=0),
        approved_withheld=Sum("position", filter=~free & owed, default=0),
        back=Sum("position", filter=~owed, default=0),
    )
    moving = Payout.objects.visible_to(member).filter(
        program=program, status__in=(Payout.Status.QUEUED, Payout.Status.SENT)
    )
    return Owed(
        currency=program.currency,
        waiting_minor=int(sums["waiting"]),
        approved_minor=int(sums["approved"]),
        withheld_minor=int(sums["waiting_withheld"] + sums["approved_withheld"]),
        in_transit_minor=int(moving.aggregate(sum=Sum("amount_minor", default=0))["sum"]),
        owed_back_minor=-int(sums["back"]),
        ledger_minor=_ledger_minor(program, member),
    )


def _ledger_minor(program: Program, member: Member) -> int:
    partnerships = Partnership.objects.visible_to(member).filter(program=program)
    held = balances(owners=partnerships.values_list("pk", flat=True))
    return sum(
        SIGNS[balance.kind] * balance.amount_minor
        for balance in held
        if balance.kind in SIGNS and balance.currency == program.currency
    )
