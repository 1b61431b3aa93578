"""Conversions that become due because something beside them has changed (`models.Ripple`).

The change and its ripple are written together. They are taken up apart from it, and what somebody
holds is left for the next time: so evaluations never wait for each other, in whatever order they
have locked their conversions.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from handsel.clock import now
from handsel.conversions.models import Ripple
from handsel.conversions.services.due import ALWAYS
from handsel.ids import to_uuid

TAKEN_UP_AT_ONCE = 100

_RENEWED = """
INSERT INTO conversions_ripple (brand_id, program_id, renews, since)
SELECT DISTINCT c.brand_id, c.program_id, c.renews, %s::timestamptz
  FROM conversions_conversion c
  JOIN unnest(%s::uuid[], %s::text[]) AS first (program_id, reference)
    ON c.program_id = first.program_id AND c.renews = first.reference
 WHERE c.renews <> ''
"""

_DUE = """
WITH meant AS MATERIALIZED (
    SELECT c.id FROM conversions_conversion c
     WHERE c.program_id = %(program)s AND c.reason <> 'order_missing'
       AND c.occurred_at >= %(since)s
       AND (%(until)s::timestamptz IS NULL OR c.occurred_at <= %(until)s)
       AND (%(customer)s::uuid IS NULL OR c.customer_id = %(customer)s)
       AND (%(renews)s = '' OR c.renews = %(renews)s)
       AND (%(partnership)s::uuid IS NULL OR EXISTS (
            SELECT FROM conversions_touch t
             WHERE t.conversion_id = c.id AND t.partnership_id = %(partnership)s))),
     free AS MATERIALIZED (
        SELECT id FROM conversions_conversion WHERE id IN (SELECT id FROM meant)
           FOR NO KEY UPDATE SKIP LOCKED),
     made AS (
        UPDATE conversions_conversion SET due_at = %(at)s
         WHERE id IN (SELECT id FROM free) AND (due_at IS NULL OR due_at > %(at)s))
SELECT (SELECT count(*) FROM meant) - (SELECT count(*) FROM free)
"""


def ripple_renewals(first_orders: Iterable[tuple[str, str]]) -> None:
    """What is known of these orders (program, reference) has changed: so may their renewals."""
    named = sorted(set(first_orders))
    if not named:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _RENEWED, [ALWAYS, [to_uuid(program) for program, _ in named], [r for _, r in named]]
        )


def ripple_customer(customer_id: str, brand_id: str, program_id: str, since: datetime) -> Ripple:
    """Orders of a customer from a moment on, unsaved."""
    return Ripple(brand_id=brand_id, program_id=program_id, customer_id=customer_id, since=since)


def take_up_ripples() -> None:
    """Make due what ripples mean. One whose conversions are not all free stays for the others."""
    if Ripple.objects.exists():
        _take_up()


@transaction.atomic
def _take_up() -> None:
    rows = Ripple.objects.order_by("pk").select_for_update(skip_locked=True)
    done = [row.pk for row in rows[:TAKEN_UP_AT_ONCE] if _reached_all(row)]
    if done:
        Ripple.objects.filter(pk__in=done).delete()


def _reached_all(row: Ripple) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "at": now(),
                "program": to_uuid(row.program_id),
                "since": row.since,
                "until": row.until,
                "customer": row.customer_id and to_uuid(row.customer_id),
                "partnership": row.partnership_id and to_uuid(row.partnership_id),
                "renews": row.renews,
            },
        )
        (left_over,) = cursor.fetchone()
    return bool(left_over == 0)
