"""Which conversions are to be evaluated again because another one has changed.

Whether a customer was new is a question about all their orders (`conversions.history`), so what
comes late re-opens the orders that came after it, and the leads that wait for a sale.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection

from handsel.conversions.models import Conversion
from handsel.customers.models import Binding
from handsel.ids import to_uuid

ALWAYS = datetime(1, 1, 2, tzinfo=UTC)


def hand_over(merged: Mapping[str, str]) -> None:
    """The orders of a guest, and whom they are bound to, become those of the customer the guest
    turned out to be. Of two bindings by a first order the next evaluation releases the later."""
    for guest, customer in sorted(merged.items()):
        Conversion.objects.filter(customer_id=guest).update(customer_id=customer)
        Binding.objects.filter(customer_id=guest).update(customer_id=customer)


def redue(since: Mapping[str, datetime], *, at: datetime) -> None:
    """Evaluate again what these customers have ordered since the given moments.

    Those that are due already are written, too: one may be under evaluation at this moment, and
    would be due no more when that ends, without having seen what we know.
    """
    if not since:
        return
    customers = sorted(since)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE conversions_conversion c SET due_at = least(c.due_at, %s)
              FROM unnest(%s::uuid[], %s::timestamptz[]) AS changed (customer_id, since)
             WHERE c.customer_id = changed.customer_id
               AND (c.occurred_at >= changed.since OR c.kind IN ('lead', 'sign_up'))
               AND c.reason <> 'order_missing'
            """,
            [at, [to_uuid(c) for c in customers], [since[c] for c in customers]],
        )
