"""How orders reach Handsel from the shop: script, API, postback, pixel, each ready to copy."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clicks.models import Click, ClickHour
from handsel.clock import now
from handsel.console.examples import pixel_example, postback_example, script_example
from handsel.console.frame import program_or_404
from handsel.intake.models import InboxEvent
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.programs.services import replace_postback_secret


@require_GET
@requires_member
def tracking(request: MemberRequest) -> HttpResponse:
    """What to put where, and when each road was last heard of."""
    program = program_or_404(request)
    events = InboxEvent.objects.visible_to(request.member).filter(program=program)
    roads = {"api": _("API"), "script": _("Script"), "postback": _("Postback"), "pixel": _("Pixel")}
    last_events = [
        (label, events.filter(source=source).order_by("-received_at").first())
        for source, label in roads.items()
    ]
    may_see_secret = request.member.may(Member.Role.MANAGER)
    return render(
        request,
        "console/tracking.html",
        {
            "last_click_at": _last_click_at(request.member, program.pk),
            "last_events": last_events,
            "script": script_example(program),
            "postback": postback_example(program),
            "pixel": pixel_example(program),
            "secret": program.postback_secret if may_see_secret else "",
            "may_change": may_see_secret,
        },
    )


@require_POST
@requires(Member.Role.MANAGER)
def secret(request: MemberRequest) -> HttpResponse:
    """A new secret for postbacks; the old one stops at once."""
    replace_postback_secret(program_or_404(request).pk, actor=request.member)
    messages.success(request, _("The secret is new. Give it to whoever sends postbacks."))
    return redirect("console:tracking")


def _last_click_at(member: Member, program_id: str) -> datetime | None:
    """Of the clicks that count. The hours say where to look: rows of clicks are many."""
    hours = ClickHour.objects.visible_to(member).filter(program_id=program_id, hour__lte=now())
    last = hours.order_by("-hour").first()
    if last is None:
        return None
    clicks = Click.objects.visible_to(member).filter(
        program_id=program_id,
        clicked_at__gte=last.hour,
        clicked_at__lt=last.hour + timedelta(hours=1),
        filtered_reason=None,
    )
    latest: datetime | None = clicks.aggregate(latest=Max("clicked_at"))["latest"]
    return latest or last.hour  # rows are forgotten before their hours
