"""A conversion's row, as the set of its facts says, in whatever order they arrived."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handsel.conversions.models import Conversion, Fact
from handsel.customers.models import Customer
from handsel.engine import orders
from handsel.engine.orders.fold import STRENGTH

ORDER_MISSING = "order_missing"


class Standing(NamedTuple):
    """A conversion's place among the orders of its customer."""

    customer_id: str | None
    occurred_at: datetime
    is_verified: bool
    has_order: bool
    is_spent: bool


def standing(conversion: Conversion) -> Standing:
    return Standing(
        conversion.customer_id,
        conversion.occurred_at,
        conversion.trust != "browser",
        conversion.reason != ORDER_MISSING,
        0 < conversion.amount_minor == conversion.refunded_minor,
    )


def settle(
    conversion: Conversion,
    rows: Sequence[Fact],
    state: orders.OrderState | None,
    *,
    at: datetime,
) -> None:
    """Write what the facts say on the unsaved row, and when it is to be evaluated.

    `state` is what they add up to. While it is None, the order is not known, or known only from a
    weaker source than a refund it cannot bear: it waits for the shop's own word, and what was
    earned by then stays as it is.
    """
    conversion.customer = _customer(rows)
    if state is None:
        first = min(rows, key=lambda row: (row.occurred_at, row.source, row.event_id))
        conversion.occurred_at, conversion.trust = first.occurred_at, first.trust
        conversion.amount_minor = conversion.refunded_minor = 0
        conversion.status = Conversion.Status.WAITING
        conversion.reason, conversion.due_at = ORDER_MISSING, None
        return
    conversion.amount_minor = state.sold_minor
    conversion.refunded_minor = state.sold_minor - state.left_minor
    conversion.trust = state.trust
    conversion.renews = state.renews
    conversion.occurred_at = state.occurred_at
    conversion.due_at = at
    if conversion.reason == ORDER_MISSING:
        conversion.reason = ""


def _customer(rows: Sequence[Fact]) -> Customer | None:
    """The strongest fact that names a customer decides; beside a better source of the order,
    a browser names nobody."""
    verified = any(row.kind == Fact.Kind.ORDER and row.trust != "browser" for row in rows)
    naming = {
        row.pk: row.customer
        for row in rows
        if row.customer is not None and not (verified and row.trust == "browser")
    }
    if not naming:
        return None
    best = max(
        (row for row in rows if row.pk in naming),
        key=lambda row: (STRENGTH[row.trust], row.updated_at, row.source, row.event_id),
    )
    customer = naming[best.pk]
    return customer.merged_into or customer
