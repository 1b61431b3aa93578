"""What bounds an order's amount after its rules: floors, then caps, then the partner's share."""

from collections.abc import Iterator, Sequence

from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded
from handsel.engine.money import split
from handsel.engine.terms import Terms
from handsel.engine.terms.sentences import clause_of

CREDIT_CLAUSE = 1


def bounds(terms: Terms, earned_minor: int) -> Iterator[CommissionLine]:
    """What raises an amount to the floor per order, then what takes it down to the cap."""
    floors = [place for place, floor in enumerate(terms.floors) if floor.per == "order"]
    caps = [place for place, cap in enumerate(terms.caps) if cap.per == "order"]
    if floors and earned_minor > 0:
        place = max(floors, key=lambda place: terms.floors[place].amount_minor)
        missing_minor = terms.floors[place].amount_minor - earned_minor
        if missing_minor > 0:
            earned_minor += missing_minor
            yield rounded(clause_of(terms, "floors", place), "floor", missing_minor)
    if caps:
        place = min(caps, key=lambda place: terms.caps[place].amount_minor)
        above_minor = earned_minor - terms.caps[place].amount_minor
        if above_minor > 0:
            yield rounded(clause_of(terms, "caps", place), "cap", -above_minor)


def share(weights: Sequence[int], place: int, whole_minor: int) -> Iterator[CommissionLine]:
    """What others take of an order that is shared.

    The parts are those of `money.split`, so that with equal terms they add up to the whole.
    """
    total = sum(weights)
    part_minor = split(whole_minor, weights)[place]
    yield CommissionLine(
        clause=CREDIT_CLAUSE,
        kind="share",
        basis_minor=whole_minor,
        rate_ppm=None,
        numerator=-whole_minor * (total - weights[place]),
        denominator=total,
        amount_minor=part_minor - whole_minor,
    )
