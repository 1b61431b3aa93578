"""What one rule gives: a line, rounded once; and what an order earns: its lines and steps."""

from typing import ClassVar, Literal

from handsel.engine.terms.growing import Growing
from handsel.engine.values import Amount, Currency, Step, Value

# Of an order (the first two are the oldest), of a period, of a day, and what else is settled.
LineKind = Literal[
    "percent",
    "fixed",
    "item",
    "lead",
    "tiers",
    "floor",
    "cap",
    "share",
    "paid",
    "budget",
    "milestone",
    "click",
    "impression",
    "first_sale",
    "sign_up",
    "tenure",
    "task",
    "views",
    "override",
    "manual",
]


class CommissionLine(Growing):
    """One rule of the agreement and what it gives, rounded once.

    The exact amount is `numerator` / `denominator`: basis times ppm over a million for a percent
    rule, the amount over one for a fixed rule. `clause` is the § of the agreement, 0 where no
    clause says it. `quantity`: of what is paid by number, how many (items, clicks, impressions,
    views, times).
    """

    ADDED: ClassVar[frozenset[str]] = frozenset({"quantity"})

    clause: int
    kind: LineKind
    basis_minor: Amount | None
    rate_ppm: int | None
    numerator: int
    denominator: int
    amount_minor: Amount
    quantity: int | None = None


class Earning(Value):
    """What an order earns; the lines add up to the amount."""

    amount_minor: Amount
    currency: Currency
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]
