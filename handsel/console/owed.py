"""Where the commission is, told twice: by the commissions and by the ledger."""

from dataclasses import dataclass

from django.db.models import Case, Sum, Value, When

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.ledger.models import Account
from handsel.ledger.queries import balances
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

Kind = Account.Kind
OWED = (Kind.PENDING, Kind.PAYABLE, Kind.IN_TRANSIT)


@dataclass(frozen=True)
class Owed:
    """What partners are owed, in minor units of `currency`. The three add up to `total_minor`."""

    currency: str
    waiting_minor: int
    approved_minor: int
    withheld_minor: int
    ledger_minor: int

    @property
    def total_minor(self) -> int:
        return self.waiting_minor + self.approved_minor + self.withheld_minor

    @property
    def agrees(self) -> bool:
        return self.total_minor == self.ledger_minor


def owed_in(program: Program, member: Member) -> Owed:
    rows = Commission.objects.visible_to(member).filter(program=program, status__in=EARNED)
    sums = {"withheld": 0, "pending": 0, "approved": 0}
    state = Case(When(withheld_at=None, then="status"), default=Value("withheld"))
    grouped = rows.order_by().annotate(state=state).values_list("state")
    sums |= dict(grouped.annotate(sum=Sum("amount_minor")))
    partnerships = Partnership.objects.visible_to(member).filter(program=program)
    held = balances(owners=partnerships.values_list("pk", flat=True))
    return Owed(
        currency=program.currency,
        waiting_minor=sums["pending"],
        approved_minor=sums["approved"],
        withheld_minor=sums["withheld"],
        ledger_minor=sum(b.amount_minor for b in held if b.kind in OWED),
    )
