"""What all orders of a customer say of one of them: a function of their set, by when they occurred.

Whether the customer was new; of a lead, whether its customer has bought since; of a renewal, when
its subscription began.

The shop's word stands where we know of no earlier order, for it knows those from before Handsel.
A lead or sign-up makes nobody a returning buyer, and an order that only a browser has reported
counts only for orders that are known from nothing better.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from handsel.conversions.models import Conversion
from handsel.conversions.settled import ORDER_MISSING
from handsel.engine.orders import BoughtFact, CustomerFact, OrderState

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


LEAD_KINDS = (Conversion.Kind.LEAD, Conversion.Kind.SIGN_UP)


def purchases(leads: Iterable[Conversion]) -> dict[str, datetime]:
    """When the customers of leads and sign-ups first bought, at the lead or after it.

    A sale of which nothing is left is none, and one that only a browser has reported counts for
    leads that are known from nothing better.
    """
    asked = [lead for lead in leads if lead.kind in LEAD_KINDS and lead.customer_id]
    if not asked:
        return {}
    sales = (
        Conversion.objects.filter(
            customer__in={lead.customer_id for lead in asked}, kind__in=ORDER_KINDS
        )
        .exclude(reason=ORDER_MISSING)
        .exclude(amount_minor__gt=0, amount_minor=F("refunded_minor"))
        .order_by("occurred_at")
        .values_list("customer_id", "trust", "occurred_at")
    )
    found: dict[str, datetime] = {}
    for customer, trust, at in sales:
        for lead in asked:
            counts = trust != "browser" or lead.trust == "browser"
            if lead.customer_id == customer and counts and at >= lead.occurred_at:
                found.setdefault(lead.pk, at)
    return found


def bought_fact(lead: Conversion, bought_at: datetime) -> BoughtFact:
    return BoughtFact(
        fact_id=f"{lead.pk}:bought",
        order=lead.order_reference,
        source="handsel",
        event_id=f"bought:{lead.order_reference}",
        trust="store",
        occurred_at=bought_at,
        updated_at=bought_at,
        recorded_at=bought_at,
    )


def beginnings(renewals: Iterable[Conversion]) -> dict[str, Conversion]:
    """The order that began the subscription, by renewal, where it is known."""
    asked = [row for row in renewals if row.kind == Conversion.Kind.RENEWAL and row.renews]
    if not asked:
        return {}
    first = (
        Conversion.objects.filter(
            program__in={row.program_id for row in asked},
            order_reference__in={row.renews for row in asked},
        )
        .exclude(kind=Conversion.Kind.RENEWAL)
        .exclude(reason=ORDER_MISSING)
        # Of several of that name the sale, else the first.
        .order_by("occurred_at", "kind")
    )
    by_name: dict[tuple[str, str], Conversion] = {}
    for row in first:
        name = row.program_id, row.order_reference
        known = by_name.get(name)
        if known is None or (row.kind == Conversion.Kind.SALE and known.kind != row.kind):
            by_name[name] = row
    names = {row.pk: (row.program_id, row.renews) for row in asked}
    return {pk: by_name[name] for pk, name in names.items() if name in by_name}
