"""What is refused about an order; `field` is the dotted path inside the fact at fault."""

from handsel.errors import DomainError, InvalidInput


class NegativeAmount(InvalidInput):
    """Amounts of a sale or a refund are zero or more; a refund is a fact of its own."""


class PartAboveWhole(InvalidInput):
    """A discount above the price, tax above what was paid, lines above their refund."""


class WrongCurrency(InvalidInput):
    """A refund in another currency than its order, an order in another than the terms."""


class RefundAboveSale(InvalidInput):
    """More is taken back than was paid."""


class LineUnknown(InvalidInput):
    """A refund names an order line that the order does not have."""


class EventChanged(InvalidInput):
    """An event id came back with another body."""


class OrderUnknown(DomainError):
    """A refund or cancellation came before its order, or before a trusted word of it; it waits."""
