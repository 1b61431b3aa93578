"""Which sale a cancelled article belongs to. The file does not say, so the rule is published:

    A cancelled article goes back to the latest earlier order of the same customer that holds the
    article with quantity left; what is left over, to the one before it; and so on. What finds no
    order is listed as unmatched, with its reason.

An article that goes back in parts takes its share of the line's amount in a way that adds up:
after k of n pieces, round(amount × k / n) has been refunded, half away from zero.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from handsel.connectors.online_retail.orders import Invoice, Line


@dataclass(slots=True)
class _Sold:
    """A line of an order, and how many of it have come back."""

    order: Invoice
    line: Line
    returned: int = 0

    def take_back(self, quantity: int) -> tuple[int, int]:
        """How many of `quantity` fit, and the money that belongs to them."""
        before = refunded_minor(self.line, self.returned)
        taken = min(quantity, self.line.quantity - self.returned)
        self.returned += taken
        return taken, refunded_minor(self.line, self.returned) - before


@dataclass(frozen=True, slots=True)
class Refunded:
    line: Line
    amount_minor: int


@dataclass(slots=True)
class Refund:
    """What one cancellation takes back of one order."""

    number: str
    order: Invoice
    occurred_at: datetime
    parts: list[Refunded] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Cancelled pieces without a sale. `reason`: `customer_unknown` or `no_earlier_sale`."""

    number: str
    sku: str
    quantity: int
    reason: str


def refunded_minor(line: Line, returned: int) -> int:
    """What has been refunded of a line after so many of its pieces came back.

    >>> thirds = Line("1-1", "A", quantity=3, amount_minor=1000)
    >>> [refunded_minor(thirds, k) for k in range(4)]
    [0, 333, 667, 1000]
    """
    return (2 * line.amount_minor * returned + line.quantity) // (2 * line.quantity)


def match(invoices: Iterable[Invoice]) -> tuple[list[Refund], list[Unmatched]]:
    """Refunds in the order of their cancellations, and what could not be matched.

    `invoices` are orders and cancellations by time, as `read_invoices` yields them.
    """
    sold: dict[tuple[str, str], list[_Sold]] = defaultdict(list)
    refunds: list[Refund] = []
    unmatched: list[Unmatched] = []
    for invoice in invoices:
        if invoice.customer is None:
            if invoice.is_cancellation:
                unmatched += [
                    Unmatched(invoice.number, line.sku, line.quantity, "customer_unknown")
                    for line in invoice.lines
                ]
            continue
        if not invoice.is_cancellation:
            for line in invoice.lines:
                sold[invoice.customer, line.sku].append(_Sold(invoice, line))
            continue
        taken, missing = _take_back(invoice, sold)
        refunds += taken
        unmatched += missing
    return refunds, unmatched


def _take_back(
    cancellation: Invoice, sold: dict[tuple[str, str], list[_Sold]]
) -> tuple[list[Refund], list[Unmatched]]:
    refunds: dict[str, Refund] = {}
    unmatched: list[Unmatched] = []
    assert cancellation.customer is not None
    for line in cancellation.lines:
        open_quantity = line.quantity
        for sale in reversed(sold[cancellation.customer, line.sku]):
            if sale.order.occurred_at >= cancellation.occurred_at:
                continue
            taken, amount_minor = sale.take_back(open_quantity)
            if amount_minor:
                refund = refunds.setdefault(
                    sale.order.number,
                    Refund(cancellation.number, sale.order, cancellation.occurred_at),
                )
                refund.parts.append(Refunded(sale.line, amount_minor))
            open_quantity -= taken
            if not open_quantity:
                break
        if open_quantity:
            unmatched.append(
                Unmatched(cancellation.number, line.sku, open_quantity, "no_earlier_sale")
            )
    return list(refunds.values()), unmatched
