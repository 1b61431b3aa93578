"""Computing commissions again from what is stored: every evaluation of each must come out the same,
to the letter, and leave the amount that the commission has."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handsel.commissions.models import Commission, Revision
from handsel.commissions.receipt.revisions import computed_again, read_record
from handsel.engine.values import canonical
from handsel.rows.querysets import SharedQuerySet

AT_ONCE = 500
# What cannot be computed at all differs in this.
UNREADABLE = "inputs"


@dataclass(frozen=True, slots=True)
class Again:
    """One evaluation, computed again. `differs` names the members of the evaluation that came out
    otherwise, `amount_minor` among them where the cents do; `computed_minor` is None where the
    inputs cannot be computed at all."""

    number: int
    stored_minor: int
    computed_minor: int | None
    inputs_sha256: str
    differs: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.differs


@dataclass(frozen=True, slots=True)
class Recomputed:
    """All evaluations of one commission. `is_same`: none differs, and the last one is what the
    commission amounts to."""

    commission_id: str
    amount_minor: int
    currency: str
    evaluations: tuple[Again, ...]

    @property
    def is_same(self) -> bool:
        last_minor = self.evaluations[-1].computed_minor if self.evaluations else None
        return last_minor == self.amount_minor and all(one.is_same for one in self.evaluations)

    @property
    def computed_minor(self) -> int | None:
        return self.evaluations[-1].computed_minor if self.evaluations else None


def recomputed(commission: Commission) -> Recomputed:
    """Of one commission."""
    return recomputed_from(commission, list(commission.revisions.order_by("number")))


def recompute_all(rows: SharedQuerySet[Commission]) -> Iterator[Recomputed]:
    """Of all these, in the order of their ids, some hundreds at a time."""
    last = ""
    while batch := list(_after(rows, last)):
        last = batch[-1].pk
        found: dict[str, list[Revision]] = {commission.pk: [] for commission in batch}
        revisions = Revision.objects.filter(commission__in=list(found))
        for revision in revisions.order_by("commission_id", "number"):
            found[revision.commission_id].append(revision)
        for commission in batch:
            yield recomputed_from(commission, found[commission.pk])


def _after(rows: SharedQuerySet[Commission], last: str) -> Any:
    later = rows.filter(pk__gt=last) if last else rows
    return later.order_by("pk")[:AT_ONCE]


def recomputed_from(commission: Commission, revisions: list[Revision]) -> Recomputed:
    """Of one commission and its revisions, the first one first."""
    return Recomputed(
        commission_id=commission.pk,
        amount_minor=commission.amount_minor,
        currency=commission.currency,
        evaluations=tuple(_again(revision) for revision in revisions),
    )


def _again(revision: Revision) -> Again:
    """Whatever stands in the row is an answer, and none raises."""
    try:
        record = read_record(revision)
        computed = computed_again(record)
    except Exception:
        # What the engine cannot read or compute any more is what is looked for here.
        return Again(revision.number, revision.amount_minor, None, "", (UNREADABLE,))
    differs = [
        name
        for name in type(computed).model_fields
        if getattr(computed, name) != getattr(record.evaluation, name)
    ]
    if computed.amount_minor != revision.amount_minor and "amount_minor" not in differs:
        differs.append("amount_minor")
    return Again(
        number=revision.number,
        stored_minor=revision.amount_minor,
        computed_minor=computed.amount_minor,
        inputs_sha256=hashlib.sha256(canonical(record.inputs)).hexdigest(),
        differs=tuple(differs),
    )
