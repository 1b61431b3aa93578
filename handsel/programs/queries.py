import json
from datetime import datetime
from typing import NamedTuple

from handsel.activity.models import Activity
from handsel.engine.terms import Terms, read
from handsel.programs.models import Group, Program


class Version(NamedTuple):
    """Which of a group's terms these are, counted from 1, and since when newcomers get them."""

    number: int
    since: datetime


def terms_of(group: Group) -> Terms:
    """A group's terms as the engine reads them."""
    return read(json.dumps(group.terms))


def first_group(program: Program) -> Group:
    """Where newcomers go unless somebody chooses otherwise."""
    return program.groups.order_by("created_at", "pk")[0]


def terms_version(group: Group) -> Version:
    """Terms are numbered by the changes of them that were recorded."""
    changes = Activity.objects.filter(subject_id=group.pk, verb="group.terms-changed")
    moments = list(changes.order_by("recorded_at").values_list("recorded_at", flat=True))
    return Version(len(moments) + 1, moments[-1] if moments else group.created_at)
