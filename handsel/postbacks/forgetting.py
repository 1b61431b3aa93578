"""Deliveries are not kept for ever: their addresses name clicks, and the table would only grow."""

from datetime import timedelta

import structlog
from django.db import connection
from django.utils.timezone import now

log = structlog.get_logger("handsel.postbacks")

# As long as what was refused of a program's own (`intake.forgetting`).
KEPT = timedelta(days=90)
# So many at once: nobody waits long for a lock.
BATCH = 5_000

_FORGET = """
DELETE FROM postbacks_delivery WHERE id IN (
    SELECT id FROM postbacks_delivery
    WHERE coalesce(delivered_at, given_up_at) < %s
    LIMIT %s
)
"""


def forget_deliveries() -> int:
    """Forget those that were taken, or given up, so long ago; how many. What still waits stays.

    Runs in the scope of the system.
    """
    before, total = now() - KEPT, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_FORGET, [before, BATCH])
            gone = int(cursor.rowcount)
            total += gone
            if gone < BATCH:
                break
    if total:
        log.info("deliveries forgotten", deliveries=total)
    return total
