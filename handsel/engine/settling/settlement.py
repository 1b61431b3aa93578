"""What a settlement comes to, and how it is put together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from handsel.engine.earning.line import CommissionLine
from handsel.engine.values import Amount, Currency, Id, Moment, Step, Value

SettlementKind = Literal["period", "day", "bonus", "override", "manual"]
SETTLEMENT_VERSION = 1


class Settlement(Value):
    """What one partnership earns besides single orders; the lines add up to the amount.

    `subject` tells settlements of one kind apart: one partnership is settled once for each.
    `agreement` is the version that decided (of several the last), None where a person did.
    """

    settlement_version: int = SETTLEMENT_VERSION
    kind: SettlementKind
    partnership: Id
    subject: Id
    agreement: Id | None
    amount_minor: Amount
    currency: Currency
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]
    hold_until: Moment | None


def settled(
    *,
    kind: SettlementKind,
    partnership: str,
    subject: str,
    agreement: str | None,
    currency: str,
    lines: Iterable[CommissionLine],
    steps: Sequence[Step],
    hold_until: datetime,
) -> Settlement:
    """The settlement of these lines; their sum is its last step."""
    lines = tuple(lines)
    amount_minor = sum(line.amount_minor for line in lines)
    total = Step(code="total", params={"amount_minor": amount_minor, "currency": currency})
    return Settlement(
        kind=kind,
        partnership=partnership,
        subject=subject,
        agreement=agreement,
        amount_minor=amount_minor,
        currency=currency,
        lines=lines,
        steps=(*steps, total),
        hold_until=hold_until,
    )
