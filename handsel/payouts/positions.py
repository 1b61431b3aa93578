"""What is owed of each commission: read with the ledger's own sums beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, QuerySet, Sum, TextField, Value, When
from django.db.models.functions import Cast

from handsel.commissions.models import NOT_SETTLED, Commission
from handsel.engine.payouts import Position
from handsel.ids import from_uuid
from handsel.ledger.models import Posting
from handsel.programs.models import Program

Status = Commission.Status

# `owed_minor` of a commission, in SQL.
OWED = Case(When(status=Status.APPROVED, then=F("amount_minor")), default=Value(0)) - F(
    "paid_out_minor"
)


@dataclass(slots=True)
class Owed:
    """Positions by partnership. `withheld_minor` is owed of `withheld_total` commissions that were
    approved in time and are kept back."""

    of: dict[str, list[Position]] = field(default_factory=lambda: defaultdict(list))
    withheld_minor: int = 0
    withheld_total: int = 0


def unsettled(program_id: str, partnerships: Iterable[str] | None = None) -> QuerySet[Commission]:
    """Commissions of which something is owed, to the partner or back."""
    rows = Commission.objects.filter(NOT_SETTLED, program=program_id)
    return rows if partnerships is None else rows.filter(partnership__in=list(partnerships))


def owed_of(commissions: Iterable[Commission], *, until: datetime) -> Owed:
    """What they owe; ready is what was approved before `until` and is not withheld."""
    found = Owed()
    for commission in commissions:
        in_time = commission.approved_at is not None and commission.approved_at < until
        amount_minor = commission.owed_minor
        if amount_minor > 0 and in_time and commission.withheld_at:
            found.withheld_minor += amount_minor
            found.withheld_total += 1
        ready = in_time and commission.withheld_at is None
        found.of[commission.partnership_id].append(Position(commission.pk, amount_minor, ready))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What is owed for good, told twice: by the commissions, and by the ledger (what is payable
    less what is owed back)."""

    commissions_minor: int
    ledger_minor: int


def told_twice(program: Program, partnerships: Iterable[str]) -> Mapping[str, Told]:
    """By partnership, in the program's currency. One statement, so that both are of one moment."""
    ids = list(partnerships)
    names = [f"{kind}:{pk}" for kind in ("payable", "receivable") for pk in ids]
    owed = (
        unsettled(program.pk, ids)
        .filter(currency=program.currency)
        .values_list(Cast("partnership_id", TextField()))
        .annotate(total=Sum(OWED))
    )
    posted = (
        Posting.objects.filter(account__name__in=names, currency=program.currency)
        .values_list("account__owner_id")
        .annotate(total=Sum("amount_minor"))
    )
    sums = {key: int(total) for key, total in owed.order_by().union(posted.order_by(), all=True)}
    # The tables name a partnership by its UUID, the ledger by its whole id.
    by_row = {from_uuid(UUID(key), "par"): sums[key] for key in sums if key not in ids}
    return {pk: Told(by_row.get(pk, 0), -sums.get(pk, 0)) for pk in ids}
