from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.timezone import now

from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Postback, PostbackQuerySet

DAYS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """`delivered` and `undelivered` are of the last 30 days, `waiting` of now."""

    postback: Postback
    delivered: int
    undelivered: int
    waiting: int


def told_lately(rows: PostbackQuerySet) -> Sequence[Told]:
    """Postbacks, the oldest first, with what became of what they were told."""
    since = now() - timedelta(days=DAYS)
    counted = {
        row["pk"]: row
        for row in rows.order_by().values(
            "pk",
            delivered=Count("deliveries", Q(deliveries__delivered_at__gt=since)),
            undelivered=Count("deliveries", Q(deliveries__given_up_at__gt=since)),
            waiting=Count(
                "deliveries", Q(deliveries__delivered_at=None, deliveries__given_up_at=None)
            ),
        )
    }
    return [
        Told(
            postback=row,
            delivered=counted[row.pk]["delivered"],
            undelivered=counted[row.pk]["undelivered"],
            waiting=counted[row.pk]["waiting"],
        )
        for row in rows.select_related("link").order_by("created_at", "pk")
    ]


def postbacks_of(partnership: Partnership) -> Sequence[Told]:
    """Those of a partnership that the reader was shown."""
    return told_lately(Postback.objects.current().filter(partnership=partnership))
