"""Agreement versions: terms of one partnership, and the time they are in force."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from handsel.engine.terms import Terms
from handsel.engine.values import Id, Moment, Value


class AgreementVersion(Value):
    """Version `number` of one partnership's agreement, in force from `valid_from` (included) until
    `valid_until` (excluded; None means until further notice).

    The period alone decides. `accepted_at` is when the second side accepted, for readers; it is
    None while the brand's first offer stands and the partner has not signed it yet.
    """

    agreement: Id
    partnership: Id
    number: Annotated[int, Field(ge=1)]
    terms: Terms
    accepted_at: Moment | None = None
    valid_from: Moment
    valid_until: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        return self

    def is_in_force(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


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
