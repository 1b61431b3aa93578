"""Who bought: customers with their orders, and the partner whose link or code brought the first.

A customer is shown by an id of ours and, to the brand alone, by the shop's id; e-mail addresses
are not known here, only their hashes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.console.forms.filters import DAY, CustomerFilters
from handsel.console.periods import midnight
from handsel.conversions.history import ORDER_KINDS
from handsel.conversions.models import Conversion
from handsel.conversions.settled import ORDER_MISSING
from handsel.customers.models import Customer
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField

ORDERS = Q(conversions__kind__in=ORDER_KINDS) & ~Q(conversions__reason=ORDER_MISSING)


class Buyer(NamedTuple):
    """`spent_minor` is what is left of the orders after refunds. `introduced_by` is None where
    the first order was nobody's."""

    customer: Customer
    orders: int
    spent_minor: int
    first_at: datetime
    last_at: datetime
    introduced_by: Partnership | None


def customers_of(program: Program, member: Member, filters: CustomerFilters) -> QuerySet[Any]:
    """Customers who ordered, with the sums of their orders, who ordered last coming first."""
    said = filters.said
    rows = Customer.objects.visible_to(member).filter(program=program, merged_into=None)
    if q := said.get("q"):
        ordered = Conversion.objects.filter(program=program, order_reference=q)
        rows = rows.filter(Q(shop_customer_id=q) | Q(pk__in=ordered.values("customer")))
    found = rows.filter(ORDERS).annotate(
        orders=Count("conversions"),
        spent=Sum(F("conversions__amount_minor") - F("conversions__refunded_minor")),
        first=Min("conversions__occurred_at"),
        last=Max("conversions__occurred_at"),
    )
    match said.get("bought"):
        case "once":
            found = found.filter(orders=1)
        case "again":
            found = found.filter(orders__gt=1)
    if since := said.get("since"):
        found = found.filter(first__gte=midnight(since))
    if until := said.get("until"):
        found = found.filter(first__lt=midnight(until + DAY))
    if introduced := said.get("introduced"):
        found = found.annotate(by=_introduction()).filter(by=introduced)
    return found.order_by("-last", "-pk")


def with_introductions(customers: Sequence[Any]) -> list[Buyer]:
    """Each with the partner who brought its first order; two statements however many."""
    ids = [customer.pk for customer in customers]
    marked = Customer.objects.filter(pk__in=ids).annotate(by=_introduction())
    by = dict(marked.values_list("pk", "by"))
    partnerships = Partnership.objects.select_related("partner").in_bulk(
        set(filter(None, by.values()))
    )
    return [
        Buyer(
            customer=customer,
            orders=customer.orders,
            spent_minor=customer.spent,
            first_at=customer.first,
            last_at=customer.last,
            introduced_by=partnerships.get(by.get(customer.pk, "")),
        )
        for customer in customers
    ]


def _introduction() -> Subquery:
    """The partnership that is credited for the first order."""
    first = (
        Conversion.objects.filter(customer=OuterRef("pk"), kind__in=ORDER_KINDS)
        .exclude(reason=ORDER_MISSING)
        .order_by("occurred_at", "order_reference")
        .annotate(
            by=Subquery(
                Commission.objects.filter(conversion=OuterRef("pk"), status__in=EARNED)
                .order_by("pk")
                .values("partnership")[:1],
                IdField("par", primary_key=False),
            )
        )
    )
    return Subquery(first.values("by")[:1], IdField("par", primary_key=False))
