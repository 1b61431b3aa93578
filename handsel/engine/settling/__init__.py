"""What a partnership earns besides single orders: by period, by day, as a bonus, through partners
it brought, by hand. Pure, as the evaluation of an order is: inputs in, an amount with its lines and
steps out, the same for ever.

A period is settled with one amount beside those of its orders. It is a function of the set of the
period's orders, and adjusted whenever one of them changes, never rewritten.
"""

from handsel.engine.periods import period_of
from handsel.engine.settling.bonus import settle_bonus
from handsel.engine.settling.budget import Rest, Spending, spent
from handsel.engine.settling.day import settle_day
from handsel.engine.settling.inputs import (
    AlsoEarned,
    BonusInputs,
    BudgetSpent,
    DayCount,
    DayInputs,
    Earned,
    ManualInputs,
    Member,
    OverrideInputs,
    PeriodInputs,
    SettlementInputs,
)
from handsel.engine.settling.manual import settle_manual
from handsel.engine.settling.member import member_of
from handsel.engine.settling.override import settle_override
from handsel.engine.settling.period import settle_period
from handsel.engine.settling.rolling import standings_before
from handsel.engine.settling.settlement import SETTLEMENT_VERSION, Settlement, SettlementKind

__all__ = [
    "SETTLEMENT_VERSION",
    "AlsoEarned",
    "BonusInputs",
    "BudgetSpent",
    "DayCount",
    "DayInputs",
    "Earned",
    "ManualInputs",
    "Member",
    "OverrideInputs",
    "PeriodInputs",
    "Rest",
    "Settlement",
    "SettlementInputs",
    "SettlementKind",
    "Spending",
    "member_of",
    "period_of",
    "settle",
    "spent",
    "standings_before",
]


def settle(inputs: SettlementInputs) -> Settlement:
    """What these inputs come to. Raises what the settling of their kind raises."""
    match inputs:
        case PeriodInputs():
            return settle_period(inputs)
        case DayInputs():
            return settle_day(inputs)
        case BonusInputs():
            return settle_bonus(inputs)
        case OverrideInputs():
            return settle_override(inputs)
        case ManualInputs():
            return settle_manual(inputs)
