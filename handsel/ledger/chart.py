"""The chart of accounts: which kinds there are, whose they are, and on which side they grow.

An account's name is `kind:owner`, as `payable:par_…`. Debits are positive in the postings. A
balance is told as people think of it, positive on the side where the account grows: a partnership
is owed 12.50, the commissions cost 12.50.
"""

from typing import NamedTuple

from handsel.errors import InvalidInput
from handsel.ids import SHAPE
from handsel.ledger.models import Account

Kind = Account.Kind
DEBIT, CREDIT = 1, -1


class Row(NamedTuple):
    """`owner` is the kind of id after the colon, `normal` the sign of a posting that adds."""

    owner: str
    normal: int


CHART = {
    # What the brand owes, or is owed by, one partner.
    Kind.PENDING: Row("par", CREDIT),
    Kind.PAYABLE: Row("par", CREDIT),
    Kind.IN_TRANSIT: Row("par", CREDIT),
    Kind.RECEIVABLE: Row("par", DEBIT),
    # What the brand has.
    Kind.CASH: Row("org", DEBIT),
    Kind.PREPAID: Row("org", DEBIT),
    # What a program costs.
    Kind.COMMISSION_EXPENSE: Row("prg", DEBIT),
    Kind.BONUS_EXPENSE: Row("prg", DEBIT),
    Kind.FEE_EXPENSE: Row("prg", DEBIT),
    Kind.VAT: Row("prg", DEBIT),
    Kind.TAX_WITHHELD: Row("prg", CREDIT),
    Kind.RAIL_FEES: Row("prg", DEBIT),
    Kind.CURRENCY_CLEARING: Row("prg", DEBIT),
    Kind.CURRENCY_GAINS: Row("prg", CREDIT),
    Kind.ROUNDING: Row("prg", DEBIT),
}


class AccountUnknown(InvalidInput):
    """Not a name in the chart of accounts."""


class AccountName(NamedTuple):
    kind: Account.Kind
    owner_id: str

    @property
    def is_partners(self) -> bool:
        """Whether it stands between the brand and one partner."""
        return CHART[self.kind].owner == "par"


def parse_account(name: str) -> AccountName:
    """The parts of an account's name; AccountUnknown when the chart has no such account."""
    kind, _, owner_id = name.partition(":")
    if kind not in CHART:
        raise AccountUnknown(
            f"{name!r}: there is no kind of account {kind!r}.",
            field="account",
            remedy=f"The kinds are {', '.join(CHART)}.",
        )
    row = CHART[Kind(kind)]
    if not SHAPE.fullmatch(owner_id) or not owner_id.startswith(f"{row.owner}_"):
        raise AccountUnknown(
            f"{name!r}: a {kind} account belongs to an id that starts with {row.owner}_.",
            field="account",
        )
    return AccountName(Kind(kind), owner_id)
