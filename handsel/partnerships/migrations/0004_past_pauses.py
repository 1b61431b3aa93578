"""Pauses that were, from what was recorded of them; and row-level security for the table.

Until now a partnership knew only the pause it is in. The activities tell of the others.
"""

from django.db import migrations

from handsel.ids import new_id
from handsel.rows.scope import as_system
from handsel.rows.security import policy

PAUSED, RESUMED = "partnership.paused", "partnership.resumed"


def periods(recorded, paused_at, ended_at):
    """Of one partnership: (began_at, ended_at, activity or None) of each pause, the first first.

    `recorded` are its activities of both verbs, in their order.
    """
    found, begun = [], None
    for activity in recorded:
        if activity.verb == PAUSED:
            begun = begun or activity
        elif begun is not None:
            found.append((begun.recorded_at, activity.recorded_at, begun))
            begun = None
    if paused_at is not None:
        found.append((paused_at, ended_at, begun))
    return found


def write(apps, schema_editor):
    Activity = apps.get_model("activity", "Activity")
    Partnership = apps.get_model("partnerships", "Partnership")
    Pause = apps.get_model("partnerships", "Pause")
    with as_system():
        recorded = {}
        for activity in Activity.objects.filter(verb__in=(PAUSED, RESUMED)).order_by("recorded_at", "pk"):
            recorded.setdefault(activity.subject_id, []).append(activity)
        for row in Partnership.objects.filter(pk__in=list(recorded)) | Partnership.objects.exclude(paused_at=None):
            Pause.objects.bulk_create(
                Pause(
                    id=new_id("pau"),
                    brand_id=row.brand_id,
                    partner_id=row.partner_id,
                    partnership=row,
                    began_at=began_at,
                    ended_at=ended_at,
                    reason=activity.reason if activity else "",
                    by_id=activity.actor_id if activity else None,
                )
                for began_at, ended_at, activity in periods(recorded.get(row.pk, []), row.paused_at, row.ended_at)
            )
        Partnership.objects.exclude(paused_at=None).exclude(ended_at=None).update(paused_at=None)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0003_pauses"), ("activity", "0002_security")]

    operations = [
        policy("partnerships_pause", "brand_id", "partner_id"),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
