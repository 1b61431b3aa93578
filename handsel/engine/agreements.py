"""Agreement versions: terms of one partnership, and the time they are in force."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from handsel.engine.terms import Terms
from handsel.engine.terms.growing import Growing
from handsel.engine.values import Id, Moment


class AgreementVersion(Growing):
    """Version `number` of one partnership's agreement, in force from `valid_from` (included) until
    `valid_until` (excluded; None means until further notice).

    The period alone decides. `accepted_at` is when the second side accepted, for readers; it is
    None while the brand's first offer stands and the partner has not signed it yet. `tail_until`:
    the partnership has ended, and orders from then on credit no earlier click (None: clicks from
    before the end count for as long as their window says).
    """

    ADDED: ClassVar[frozenset[str]] = frozenset({"tail_until"})

    agreement: Id
    partnership: Id
    number: Annotated[int, Field(ge=1)]
    terms: Terms
    accepted_at: Moment | None = None
    valid_from: Moment
    valid_until: Moment | None = None
    tail_until: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        return self

    def is_in_force(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


Interval = tuple[datetime, datetime | None]


def without_pauses(
    version: AgreementVersion, pauses: Iterable[Interval]
) -> tuple[AgreementVersion, ...]:
    """The version in the periods that pauses leave of it, the earliest first; none may be left.

    A pause is a half-open interval, as the period of a version is; None means that it lasts.
    """
    left: list[Interval] = []
    start: datetime | None = version.valid_from
    end = version.valid_until
    for began_at, ended_at in sorted(pauses, key=lambda pause: pause[0]):
        if start is None or (end is not None and began_at >= end):
            break
        if began_at > start:
            left.append((start, began_at))
        if ended_at is None or ended_at > start:
            start = ended_at
    if start is not None and (end is None or start < end):
        left.append((start, end))
    return tuple(
        version.model_copy(update={"valid_from": since, "valid_until": until})
        for since, until in left
    )


def in_force(
    agreements: Iterable[AgreementVersion], partnership: str, at: datetime
) -> AgreementVersion | None:
    """The version of a partnership's agreement at a moment; of several the highest number."""
    candidates = [
        version
        for version in agreements
        if version.partnership == partnership and version.is_in_force(at)
    ]
    return max(candidates, key=lambda version: version.number, default=None)
