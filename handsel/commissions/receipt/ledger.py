"""What stands in the ledger about a commission."""

from dataclasses import dataclass
from datetime import datetime

from handsel.commissions.models import Commission
from handsel.ledger.models import Entry, Leaf
from handsel.ledger.queries import entries_of
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class PostingShown:
    """One of `debit_minor` and `credit_minor` is 0. `kind` is of `ledger.models.Account.Kind`."""

    kind: str
    account: str
    debit_minor: int
    credit_minor: int


@dataclass(frozen=True, slots=True)
class EntryShown:
    """`transition` is `recorded`, `adjusted`, `approved` or `declined`; `number` is the entry's
    place in the sealed list, None until it is sealed."""

    entry_id: str
    transition: str
    occurred_at: datetime
    recorded_at: datetime
    number: int | None
    postings: tuple[PostingShown, ...]

    @property
    def debit_minor(self) -> int:
        return sum(posting.debit_minor for posting in self.postings)


def entries_shown(commission: Commission, member: ActsFor) -> tuple[EntryShown, ...]:
    """The oldest first, both sides of each: what a commission costs the brand is, in its own
    entries, no secret to the partner who earns it."""
    entries = list(entries_of(commission.pk).visible_to(member))
    leaves = Leaf.objects.filter(entry__in=[entry.pk for entry in entries])
    numbers = dict(leaves.values_list("entry_id", "number"))
    return tuple(_entry(entry, numbers.get(entry.pk)) for entry in entries)


def _entry(entry: Entry, number: int | None) -> EntryShown:
    return EntryShown(
        entry_id=entry.pk,
        transition=entry.key.partition(":")[0].removeprefix("commission-"),
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        number=number,
        postings=tuple(
            PostingShown(
                kind=posting.account.kind,
                account=posting.account.name,
                debit_minor=max(posting.amount_minor, 0),
                credit_minor=max(-posting.amount_minor, 0),
            )
            for posting in sorted(entry.postings.all(), key=lambda p: -p.amount_minor)
        ),
    )
