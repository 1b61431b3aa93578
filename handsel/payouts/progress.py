"""How far a batch is: read from its payouts whenever one of them has moved."""

from django.db.models import Count

from handsel.clock import now
from handsel.payouts.models import Batch, Payout

Status = Payout.Status


def note_progress(batch: Batch) -> None:
    """Set when a locked batch was sent, and when nothing is left to do in it.

    It is sent while nothing approved waits for the bank; done when every payout is paid, failed,
    returned or left out.
    """
    if batch.approved_at is None:
        return
    inside = Payout.objects.filter(batch=batch, left_out_at=None).order_by()
    counts = dict(inside.values_list("status").annotate(count=Count("pk")))
    left = counts.get(Status.PROPOSED, 0) + counts.get(Status.SENT, 0)
    queued = counts.get(Status.QUEUED, 0)
    batch.exported_at = None if queued else batch.exported_at or now()
    batch.completed_at = None if queued or left else batch.completed_at or now()
    batch.save(update_fields=["exported_at", "completed_at"])
