"""Versions of groups' terms that were, from what was recorded of them; and row-level security.

Until now a group knew only its terms of today. The activities hold those before each change.
"""

import json

from django.db import migrations

from handsel.engine.terms import digest, read
from handsel.ids import new_id
from handsel.rows.scope import as_system
from handsel.rows.security import append_only, policy

CHANGED = "group.terms-changed"


def versions(created_at, terms, changes):
    """(terms, since when, activity or None) of each version of one group, the first first.

    `changes` are its activities in their order, `terms` what holds today.
    """
    if not changes:
        return [(terms, created_at, None)]
    after = [change.data["before"] for change in changes[1:]] + [terms]
    later = [
        (said, change.recorded_at, change) for change, said in zip(changes, after, strict=True)
    ]
    return [(changes[0].data["before"], created_at, None), *later]


def write(apps, schema_editor):
    Activity = apps.get_model("activity", "Activity")
    Group = apps.get_model("programs", "Group")
    GroupTerms = apps.get_model("programs", "GroupTerms")
    Program = apps.get_model("programs", "Program")
    ProgramPause = apps.get_model("programs", "ProgramPause")
    with as_system():
        changes = {}
        for activity in Activity.objects.filter(verb=CHANGED).order_by("recorded_at", "pk"):
            changes.setdefault(activity.subject_id, []).append(activity)
        for group in Group.objects.all():
            found = versions(group.created_at, group.terms, changes.get(group.pk, []))
            GroupTerms.objects.bulk_create(
                GroupTerms(
                    id=new_id("gtm"),
                    brand_id=group.brand_id,
                    group=group,
                    number=number,
                    terms=terms,
                    terms_digest=digest(read(json.dumps(terms))),
                    reason=activity.reason if activity else "",
                    by_id=activity.actor_id if activity else None,
                    recorded_at=since,
                )
                for number, (terms, since, activity) in enumerate(found, start=1)
            )
        ProgramPause.objects.bulk_create(
            ProgramPause(
                id=new_id("ppa"), brand_id=program.brand_id, program=program, began_at=program.paused_at
            )
            for program in Program.objects.exclude(paused_at=None)
        )


class Migration(migrations.Migration):
    dependencies = [("programs", "0008_group_terms"), ("activity", "0002_security")]

    operations = [
        policy("programs_groupterms", "brand_id"),
        policy("programs_programpause", "brand_id"),
        append_only("programs_groupterms"),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
