from django.db.models import Count, Q

from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.recruiting.models import Application
from handsel.rows.querysets import OwnedQuerySet

Status = Application.Status


def applications_of(member: Member | None, program: Program | None) -> "OwnedQuerySet[Application]":
    """All of a program's applications that a member may see."""
    return Application.objects.visible_to(member).filter(program=program)


def waiting_applications(
    program: Program | None, member: Member | None
) -> "OwnedQuerySet[Application]":
    """Those that wait for an answer, the first due (`due_on`) first."""
    waiting = applications_of(member, program).filter(status=Status.WAITING)
    return waiting.order_by("due_on", "created_at", "pk")


def by_status(program: Program, member: Member | None) -> dict[str, int]:
    """How many there are of each state, none left out."""
    counted = applications_of(member, program).aggregate(
        **{status: Count("pk", filter=Q(status=status)) for status in Status.values}
    )
    return dict(counted)


def neighbours(application: Application, member: Member | None) -> tuple[str, str]:
    """Ids of the applications before and after it: among those waiting, while it waits itself,
    else among those answered. Empty at the ends."""
    rows = applications_of(member, application.program)
    if application.is_waiting:
        order = waiting_applications(application.program, member)
    else:
        order = rows.exclude(status=Status.WAITING).order_by("-decided_at", "pk")
    ids = list(order.values_list("pk", flat=True))
    place = ids.index(application.pk)
    before = ids[place - 1] if place else ""
    return before, ids[place + 1] if place + 1 < len(ids) else ""
