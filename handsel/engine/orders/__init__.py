"""From what was reported about an order to what it is now.

Facts arrive from several sources, late, twice and out of order. `fold` looks at the set only:
the same facts give the same state in whatever order they came.
"""

from handsel.engine.orders.errors import (
    EventChanged,
    LineUnknown,
    NegativeAmount,
    OrderUnknown,
    PartAboveWhole,
    RefundAboveSale,
    WrongCurrency,
)
from handsel.engine.orders.facts import (
    BoughtFact,
    CancelFact,
    ChannelVisit,
    CustomerFact,
    Fact,
    GivenMetadata,
    OrderFact,
    OrderLine,
    RefundFact,
    RefundLine,
    Trust,
)
from handsel.engine.orders.fold import fold, ordered_at
from handsel.engine.orders.state import LineState, OrderState

__all__ = [
    "BoughtFact",
    "CancelFact",
    "ChannelVisit",
    "CustomerFact",
    "EventChanged",
    "Fact",
    "GivenMetadata",
    "LineState",
    "LineUnknown",
    "NegativeAmount",
    "OrderFact",
    "OrderLine",
    "OrderState",
    "OrderUnknown",
    "PartAboveWhole",
    "RefundAboveSale",
    "RefundFact",
    "RefundLine",
    "Trust",
    "WrongCurrency",
    "fold",
    "ordered_at",
]
