"""What the places of a partner brought, by the first sub-id of its links."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Sum

from handsel.clicks.models import ClickSub
from handsel.clock import now
from handsel.commissions.queries import EARNED
from handsel.ids import to_uuid
from handsel.links.models import Link

ROWS_MAX = 100
DAYS = 90


@dataclass(frozen=True, slots=True)
class SubRow:
    """`commission_minor` is in the program's currency, declined and reversed left out."""

    sub: str
    clicks: int = 0
    sales: int = 0
    commission_minor: int = 0


# A touch has the time of its click to the millisecond: one partition, found by the key.
_EARNED = """
SELECT coalesce(c.subs->>'s1', ''), count(DISTINCT m.conversion_id), sum(m.amount_minor)
FROM conversions_touch t
JOIN clicks_click c ON c.click_id = t.click_id AND c.clicked_at = t.touched_at
JOIN commissions_commission m ON m.conversion_id = t.conversion_id
    AND m.partnership_id = t.partnership_id
WHERE t.link_id = %s AND t.verdict = 'credited' AND t.touched_at >= %s
    AND c.link_id = %s AND c.clicked_at >= %s AND m.status = ANY(%s)
GROUP BY 1
"""


def subs_lately(link: Link) -> list[SubRow]:
    """Of the last three months."""
    return subs_of_link(link, (now() - timedelta(days=DAYS)).date())


def subs_of_link(link: Link, since: date) -> list[SubRow]:
    """Of the clicks of a link since a day (UTC): the sub-ids that earned most first, then those
    most clicked. What is not in it came through another link, or without a click."""
    clicks = dict(
        ClickSub.objects.filter(partnership_id=link.partnership_id, link_id=link.pk, day__gte=since)
        .order_by()
        .values_list("s1")
        .annotate(n=Sum("clicks"))
    )
    with connection.cursor() as cursor:
        pk = to_uuid(link.pk)
        cursor.execute(_EARNED, [pk, since, pk, since, list(EARNED)])
        earned = {sub: (sales, int(amount)) for sub, sales, amount in cursor.fetchall()}
    rows = [
        SubRow(sub, clicks.get(sub, 0), *earned.get(sub, (0, 0))) for sub in clicks | earned if sub
    ]
    return sorted(rows, key=lambda row: (-row.commission_minor, -row.clicks, row.sub))[:ROWS_MAX]
