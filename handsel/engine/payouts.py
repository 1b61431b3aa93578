"""What is paid, when, and what a person should look at first. Amounts in minor units.

Of each commission the partner is owed its *position*: its amount (0 unless it is approved) less
what payouts carry of it already. A position above zero is payable; one below zero, left by goods
that were sent back after the payout, is owed back, and the next payout takes it along.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median_low
from typing import NamedTuple

from handsel.engine.money import PPM, round_half_away
from handsel.engine.values import ParamValue

ACCOUNT_WATCHED_HOURS = 72
JUMP_FACTOR = 3
JUMP_PAYOUTS_MIN = 2
CLAWBACK_SHARE_PPM = 250_000

NO_PAYEE, FIRST_PAYOUT, NEW_ACCOUNT, JUMP = "no_payee", "first_payout", "new_account", "jump"
CLAWBACK_LARGE, PARTNER_PAUSED, PARTNER_ENDED = "clawback_large", "partner_paused", "partner_ended"
BELOW_MINIMUM, OWED_BACK, NOTHING_LEFT = "below_minimum", "owed_back", "nothing_left"

# What is only said; everything else asks a person to look before the payout is approved.
NOTES = frozenset({FIRST_PAYOUT, BELOW_MINIMUM, OWED_BACK, NOTHING_LEFT})


class Check(NamedTuple):
    """Something unusual, by code; `params` fill the blanks of its words."""

    code: str
    params: dict[str, ParamValue]


class Position(NamedTuple):
    """What is owed of a commission now: positive to the partner, negative back to the brand.

    `ready` says whether it may be paid: approved early enough, and not withheld.
    """

    commission: str
    amount_minor: int
    ready: bool


class LineAmount(NamedTuple):
    commission: str
    amount_minor: int


class Sides(NamedTuple):
    """Positions as the ledger keeps them apart: what is payable, what is owed back."""

    payable_minor: int
    receivable_minor: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a partner when a payout is proposed.

    `account_changed_hours` is how long ago the account replaced another one to which this program
    had not yet paid since, or None. `past_minor` are the earlier payouts that stand.
    """

    has_payee: bool
    past_minor: Sequence[int] = field(default=())
    account_changed_hours: int | None = None
    status: str = "active"


def is_look(code: str) -> bool:
    """Whether a check asks a person to look."""
    return code not in NOTES


def next_payout_day(day: date, payout_day: int) -> date:
    """The first payout day on or after a day; `payout_day` is that of the month, 1 to 28.

    >>> next_payout_day(date(2026, 10, 16), 16), next_payout_day(date(2026, 12, 17), 16)
    (datetime.date(2026, 10, 16), datetime.date(2027, 1, 16))
    """
    if day.day > payout_day:
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(day=payout_day)


def collected_until(pays_on: date, net_days: int) -> date:
    """The day before whose beginning a commission must be approved to be paid on `pays_on`.

    >>> collected_until(date(2026, 10, 16), 15)    # September's commissions
    datetime.date(2026, 10, 1)
    """
    return pays_on - timedelta(days=net_days)


def position_minor(amount_minor: int, paid_out_minor: int, *, is_approved: bool) -> int:
    """What is owed of a commission of which payouts carry `paid_out_minor`.

    >>> position_minor(1000, 0, is_approved=True), position_minor(600, 1000, is_approved=True)
    (1000, -400)
    """
    return (amount_minor if is_approved else 0) - paid_out_minor


def sides(position_minor: int) -> Sides:
    """
    >>> sides(1000), sides(-400)
    (Sides(payable_minor=1000, receivable_minor=0), Sides(payable_minor=0, receivable_minor=400))
    """
    return Sides(max(position_minor, 0), max(-position_minor, 0))


def lines(positions: Sequence[Position]) -> list[LineAmount]:
    """What a payout carries: all that is ready, and all that is owed back, ready or not."""
    return [
        LineAmount(one.commission, one.amount_minor)
        for one in positions
        if one.amount_minor < 0 or (one.ready and one.amount_minor > 0)
    ]


def approved_lines(
    proposed: Sequence[LineAmount], positions: Sequence[Position]
) -> list[LineAmount]:
    """What of a proposal is left when it is approved. It is never more than was looked at.

    A commission that came to less since, or is withheld, is paid less or not at all; what was
    taken back since is taken along; one that came to more waits, whole, for the next batch.
    """
    looked_at = dict(proposed)
    return [
        line
        for line in lines(positions)
        if line.amount_minor < 0 or line.amount_minor <= looked_at.get(line.commission, 0)
    ]


def left_out_because(amount_minor: int, threshold_minor: int) -> str:
    """Why an amount is carried on to the next batch, or nothing when it is paid.

    >>> [left_out_because(amount, 2500) for amount in (2500, 2499, 0, -100)]
    ['', 'below_minimum', 'nothing_left', 'owed_back']
    """
    if amount_minor <= 0:
        return OWED_BACK if amount_minor else NOTHING_LEFT
    return BELOW_MINIMUM if amount_minor < threshold_minor else ""


def unusual(approved_minor: int, adjusted_minor: int, known: Circumstances) -> list[Check]:
    """What is unusual about a payout, the gravest first."""
    amount_minor = approved_minor + adjusted_minor
    found = [Check(NO_PAYEE, {})] if not known.has_payee else []
    if known.account_changed_hours is not None:
        hours = known.account_changed_hours
        params: dict[str, ParamValue] = {
            "days": hours // 24,
            "watched": hours < ACCOUNT_WATCHED_HOURS,
        }
        found.append(Check(NEW_ACCOUNT, params))
    found += _jump(amount_minor, known.past_minor)
    if -adjusted_minor * PPM >= approved_minor * CLAWBACK_SHARE_PPM and adjusted_minor:
        found.append(
            Check(CLAWBACK_LARGE, {"taken_minor": -adjusted_minor, "of_minor": approved_minor})
        )
    if known.status in {"paused", "ended"}:
        found.append(Check(f"partner_{known.status}", {}))
    if not known.past_minor:
        found.append(Check(FIRST_PAYOUT, {}))
    return found


def _jump(amount_minor: int, past_minor: Sequence[int]) -> list[Check]:
    if len(past_minor) < JUMP_PAYOUTS_MIN:
        return []
    usual_minor = median_low(past_minor)
    if amount_minor < JUMP_FACTOR * usual_minor:
        return []
    factor_ppm = round_half_away(amount_minor * PPM, usual_minor)
    return [Check(JUMP, {"factor_ppm": factor_ppm, "usual_minor": usual_minor})]
