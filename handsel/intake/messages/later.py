"""What happens to an order afterwards."""

from typing import Any, ClassVar, Self

from pydantic import model_validator

from handsel.engine.values import Amount, Currency, Id, Value
from handsel.errors import InvalidInput
from handsel.intake.messages.base import (
    AmountMissing,
    ConversionKind,
    OfConversion,
    Text,
    not_negative,
)


class NameMissing(InvalidInput):
    """A refund that cannot be told from the next one of the same order."""


class RefundedLine(Value):
    line_id: Id
    amount_minor: Amount


class Refund(OfConversion):
    """Money that went back. `refund` is the shop's name for it. Without `lines` it is spread over
    all lines in proportion; with lines, `amount_minor` may be left out."""

    fact: ClassVar[str] = "refund"

    conversion: ConversionKind = "sale"
    refund: Text = ""
    currency: Currency | None = None
    amount_minor: Amount | None = None
    lines: tuple[RefundedLine, ...] = ()
    shipping_minor: Amount = 0

    @property
    def own_event_id(self) -> str:
        return f"refund:{self.order_reference}:{self.refund}" if self.refund else ""

    def conversion_kind(self) -> str:
        return self.conversion

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        not_negative("amount_minor", self.amount_minor)
        not_negative("shipping_minor", self.shipping_minor)
        for place, line in enumerate(self.lines):
            not_negative(f"lines.{place}.amount_minor", line.amount_minor)
        if self.amount_minor is None and not self.lines and not self.shipping_minor:
            raise AmountMissing(
                "The refund has neither an amount nor lines.",
                field="amount_minor",
                remedy="Send amount_minor, or lines with an amount_minor each.",
            )
        if not self.refund and not self.event_id:
            raise NameMissing(
                "This refund cannot be told from the next one of the same order.",
                field="refund",
                remedy="Send refund, the shop's own number for it, or an event_id.",
            )
        return self

    def body(self, currency: str) -> dict[str, Any]:
        named_minor = sum(line.amount_minor for line in self.lines) + self.shipping_minor
        return {
            "refund": self.refund or self.event_id,
            "currency": self.currency or currency,
            "amount_minor": named_minor if self.amount_minor is None else self.amount_minor,
            "lines": [line.model_dump() for line in self.lines],
            "shipping_minor": self.shipping_minor,
        }


class Cancel(OfConversion):
    """Called off: nothing of it is left, for good."""

    fact: ClassVar[str] = "cancel"

    conversion: ConversionKind = "sale"

    @property
    def own_event_id(self) -> str:
        return f"cancel:{self.order_reference}"

    def conversion_kind(self) -> str:
        return self.conversion


class Delivery(OfConversion):
    """The goods arrived, at `occurred_at`."""

    fact: ClassVar[str] = "delivery"

    @property
    def own_event_id(self) -> str:
        return f"delivery:{self.order_reference}"

    def conversion_kind(self) -> str:
        return "sale"
