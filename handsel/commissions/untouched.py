"""Conversions that nobody could be credited for: most orders of most shops.

Their facts name neither click nor code nor channel, no touch of theirs was ever kept and nothing
was ever earned by them, their customer is bound to nobody, no person has credited them, they renew
nothing, and no partner of the program owns articles. So there is nothing to attribute, and their
orders need not be read.
"""

from collections.abc import Mapping

from django.db import connection

from handsel.conversions.history import first_orders, ordered_before
from handsel.conversions.models import Conversion
from handsel.conversions.settled import ORDER_MISSING
from handsel.ids import from_uuid, to_uuid

# What the shop says of its customer decides where we know less, and then the fact is to be read.
_SAYS_NOTHING = """
SELECT c.id FROM conversions_conversion c
 WHERE c.id = ANY (%s::uuid[]) AND c.renews = ''
   AND NOT EXISTS (SELECT FROM conversions_touch t WHERE t.conversion_id = c.id)
   AND NOT EXISTS (
       SELECT FROM conversions_manualcredit m
        WHERE m.conversion_id = c.id AND m.withdrawn_at IS NULL)
   AND NOT EXISTS (
       SELECT FROM customers_binding b
        WHERE b.customer_id = c.customer_id AND b.released_at IS NULL)
   AND NOT EXISTS (
       SELECT FROM partnerships_agreement a
         JOIN partnerships_partnership p ON p.id = a.partnership_id
        WHERE p.program_id = c.program_id AND (a.terms #> '{attribution,owned_skus}') IS NOT NULL)
   AND NOT EXISTS (SELECT FROM commissions_commission k WHERE k.conversion_id = c.id)
   AND NOT EXISTS (
       SELECT FROM conversions_fact f
        WHERE f.conversion_id = c.id
          AND (coalesce(f.body -> 'click_ids', '[]') <> '[]'
               OR coalesce(f.body -> 'codes', '[]') <> '[]'
               OR coalesce(f.body -> 'channels', '[]') <> '[]'
               OR coalesce(f.body -> 'customer_is_new', 'null') <> 'null'))
"""


def untouched(conversions: Mapping[str, Conversion]) -> dict[str, bool | None]:
    """Those of locked conversions that nobody is to be credited for, each with whether its
    customer was new (None: nobody in particular)."""
    known = [pk for pk, row in conversions.items() if row.reason != ORDER_MISSING]
    with connection.cursor() as cursor:
        cursor.execute(_SAYS_NOTHING, [[to_uuid(pk) for pk in known]])
        found = [conversions[from_uuid(pk, "con")] for (pk,) in cursor.fetchall()]
    first = first_orders(row.customer_id for row in found if row.customer_id)
    return {row.pk: not ordered_before(row, first) if row.customer_id else None for row in found}
