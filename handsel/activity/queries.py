from django.db import models

from handsel.activity.models import Activity
from handsel.rows.querysets import ActsFor


def history(member: ActsFor | None, *subject_ids: str) -> models.QuerySet[Activity]:
    """What the member may know of these subjects' past, latest first."""
    return (
        Activity.objects.visible_to(member)
        .filter(subject_id__in=subject_ids)
        .select_related("actor__user", "actor__organization")
        .order_by("-recorded_at", "-pk")
    )
