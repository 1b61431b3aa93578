"""What is paid next, over all programs of one currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from handsel.partnerships.models import Partnership
from handsel.payouts.queries import NextPayout, next_payout_of


@dataclass(frozen=True, slots=True)
class Next:
    """`missing_minor` is what is not yet there for it to be paid at all; `is_moving`: it was
    approved, and only the bank is waited for."""

    amount_minor: int
    currency: str
    pays_on: date
    missing_minor: int
    is_moving: bool


def next_of(partnerships: Iterable[Partnership], currency: str) -> Next | None:
    """What the earliest payout day brings, what does not reach its minimum left out; where none
    reaches it, the one that comes nearest. None where nothing is coming."""
    mine = [one for one in partnerships if one.program.currency == currency]
    found = [one for one in map(next_payout_of, mine) if one.amount_minor > 0]
    paying = [one for one in found if not one.below_threshold_minor]
    if not paying:
        nearest = min(found, key=lambda one: one.below_threshold_minor, default=None)
        return _next([nearest]) if nearest else None
    first = min(one.pays_on for one in paying)
    return _next([one for one in paying if one.pays_on == first])


def _next(payouts: list[NextPayout]) -> Next:
    return Next(
        amount_minor=sum(one.amount_minor for one in payouts),
        currency=payouts[0].currency,
        pays_on=payouts[0].pays_on,
        missing_minor=payouts[0].below_threshold_minor,
        is_moving=all(one.payout is not None for one in payouts),
    )
