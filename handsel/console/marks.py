"""What happened in a period that may have moved its figures: terms that changed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.activity.models import Activity
from handsel.console.periods import Period
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement
from handsel.programs.models import Group, Program
from handsel.ui.charts import Mark

# So many names fit above a drawing, and none closer to another than this share of its width.
NAMED_MAX = 3
NEAREST = 5


class Event(NamedTuple):
    day: date
    words: str


def events_of(program: Program, member: Member, period: Period) -> list[Event]:
    """The earliest first."""
    return sorted([*_terms(program, member, period), *_agreements(program, member, period)])


def marks_of(events: Iterable[Event], period: Period, labels: list[str]) -> list[Mark]:
    """A line at each event's place; where names would stand in each other's way, the later ones
    are left to the list."""
    last, named, marks = -len(labels), 0, []
    for event in events:
        place = period.bucket_of(event.day)
        free = (place - last) * NEAREST >= len(labels) and named < NAMED_MAX
        if free:
            last, named = place, named + 1
        marks.append(Mark(labels[place], event.words if free else ""))
    return marks


def _terms(program: Program, member: Member, period: Period) -> list[Event]:
    rows = Activity.objects.visible_to(member).filter(
        brand=program.brand_id,
        verb="group.terms-changed",
        recorded_at__gte=period.starts_at,
        recorded_at__lt=period.ends_at,
    )
    changes = list(rows.values_list("subject_id", "recorded_at"))
    if not changes:
        return []
    groups = dict(
        Group.objects.visible_to(member).filter(program=program).values_list("pk", "name")
    )
    return [
        Event(at.astimezone(UTC).date(), _("New terms for %(group)s") % {"group": groups[pk]})
        for pk, at in changes
        if pk in groups
    ]


def _agreements(program: Program, member: Member, period: Period) -> list[Event]:
    """Agreements whose terms changed: the first version is a beginning, no change."""
    found: dict[date, list[str]] = defaultdict(list)
    rows = Agreement.objects.visible_to(member).filter(
        partnership__program=program,
        version__gt=1,
        valid_from__gte=period.starts_at,
        valid_from__lt=period.ends_at,
    )
    for at, name in rows.values_list("valid_from", "partnership__partner__name"):
        found[at.astimezone(UTC).date()].append(name)
    return [Event(day, _agreement_words(names)) for day, names in found.items()]


def _agreement_words(names: list[str]) -> str:
    if len(names) == 1:
        return _("New agreement with %(partner)s") % {"partner": names[0]}
    text = ngettext("%(count)d new agreement", "%(count)d new agreements", len(names))
    return text % {"count": len(names)}
