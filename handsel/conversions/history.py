"""Whether a customer was new: a function of all their orders, by when these occurred.

The shop's word stands where we know of no earlier order, for it knows those from before Handsel.
A lead or sign-up makes nobody a returning buyer, and an order that only a browser has reported
counts only for orders that are known from nothing better.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from handsel.conversions.models import Conversion
from handsel.conversions.settled import ORDER_MISSING
from handsel.engine.orders import CustomerFact, OrderState

ORDER_KINDS = (Conversion.Kind.SALE, Conversion.Kind.RENEWAL)

# Of orders at the same moment, the one whose reference sorts first came first.
Place = tuple[datetime, str, str]


def first_orders(customer_ids: Iterable[str]) -> dict[tuple[str, bool], Place]:
    """The first order of each customer, with (`customer id`, is it verified) as the key."""
    rows = (
        Conversion.objects.filter(customer__in=set(customer_ids), kind__in=ORDER_KINDS)
        .exclude(reason=ORDER_MISSING)
        .annotate(is_verified=ExpressionWrapper(~Q(trust="browser"), BooleanField()))
        .order_by("customer_id", "is_verified", "occurred_at", "order_reference", "kind")
        .distinct("customer_id", "is_verified")
    )
    return {
        (str(row.customer_id), row.is_verified): (row.occurred_at, row.order_reference, row.kind)
        for row in rows
    }


def ordered_before(conversion: Conversion, first: dict[tuple[str, bool], Place]) -> bool:
    """Whether its customer has an earlier order among those that count for this one."""
    mine: Place = (conversion.occurred_at, conversion.order_reference, conversion.kind)
    counted: Sequence[bool] = (True,) if conversion.trust != "browser" else (True, False)
    earlier = (first.get((str(conversion.customer_id), verified)) for verified in counted)
    return any(place is not None and place < mine for place in earlier)


def customer_fact(
    conversion: Conversion,
    state: OrderState,
    first: dict[tuple[str, bool], Place],
) -> CustomerFact | None:
    """What our own records add to, or set right in, what the shop said of the buyer."""
    if conversion.customer_id is None:
        return None
    is_known = ordered_before(conversion, first)
    if not is_known and state.customer_is_new is not None:
        return None
    return CustomerFact(
        fact_id=f"{conversion.pk}:customer",
        order=conversion.order_reference,
        source="handsel",
        event_id=f"customer:{conversion.order_reference}",
        trust="store",
        occurred_at=state.occurred_at,
        updated_at=state.occurred_at,
        recorded_at=state.occurred_at,
        customer_is_new=not is_known,
    )
