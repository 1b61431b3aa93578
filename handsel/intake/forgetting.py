"""Refused events are not kept for ever: they hold whatever somebody sent.

What names no program is nobody's, and anybody may send it: it goes after a week. What was refused
of a program's own may be judged again, or shown to whoever looks after the shop's side: it stays
for a quarter of a year.
"""

from datetime import timedelta

import structlog
from django.db import connection

from handsel.clock import now

log = structlog.get_logger("handsel.intake")

ASTRAY_KEPT = timedelta(days=7)
REFUSED_KEPT = timedelta(days=90)
# So many at once: nobody waits long for a lock.
BATCH = 5_000

_FORGET = """
DELETE FROM intake_inboxevent WHERE id IN (
    SELECT id FROM intake_inboxevent
    WHERE status = 'refused' AND received_at < %s AND (program_id IS NULL OR received_at < %s)
    LIMIT %s
)
"""


def forget_refused() -> int:
    """Forget those whose time is over; how many. Runs in the scope of the system."""
    at, total = now(), 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_FORGET, [at - ASTRAY_KEPT, at - REFUSED_KEPT, BATCH])
            gone = int(cursor.rowcount)
            total += gone
            if gone < BATCH:
                break
    if total:
        log.info("refused events forgotten", events=total)
    return total
