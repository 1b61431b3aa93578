"""What a partnership earns besides single orders: by period, by day, as a bonus, through partners
it brought, by hand. Pure, as the evaluation of an order is."""

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
    "Settlement",
    "SettlementInputs",
    "SettlementKind",
]
