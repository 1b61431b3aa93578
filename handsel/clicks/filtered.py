"""Clicks that are kept and do not count, by reason: what both sides may know of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count

from handsel.clicks.models import Click
from handsel.clock import now
from handsel.rows.querysets import ActsFor

DAYS = 30


def filtered_by_reason(reader: ActsFor, *, days: int = DAYS, **of: Any) -> Mapping[str, int]:
    """How many clicks of the last days did not count, by the code of `clicks.quality`, the most
    frequent first. `of` narrows them: `partnership_id`, `program_id`, `link_id`."""
    rows = Click.objects.visible_to(reader).filter(
        filtered_reason__isnull=False,
        counts=False,
        clicked_at__gte=now() - timedelta(days=days),
        **of,
    )
    found = rows.values_list("filtered_reason").annotate(number=Count("*"))
    return dict(found.order_by("-number", "filtered_reason"))
