"""What came from outside: taken in, repeated, or refused with its reason."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.console.forms.filters import EventFilters
from handsel.console.frame import program_or_404
from handsel.console.paging import slice_of
from handsel.intake.models import InboxEvent
from handsel.organizations.access import MemberRequest, requires_member


@require_GET
@requires_member
def events(request: MemberRequest) -> HttpResponse:
    program = program_or_404(request)
    filters = EventFilters(request.GET)
    found = filters.narrow(InboxEvent.objects.visible_to(request.member).filter(program=program))
    refused = InboxEvent.objects.visible_to(request.member).filter(
        program=program, status=InboxEvent.Status.REFUSED
    )
    context = {
        "filters": filters,
        "slice": slice_of(found.select_related("conversion"), "received_at", request),
        "refused_total": refused.count(),
    }
    return render(request, "console/events/list.html", context)


@require_GET
@requires_member
def event(request: MemberRequest, pk: str) -> HttpResponse:
    """One event with its body, as it came or as it was understood."""
    mine = InboxEvent.objects.visible_to(request.member)
    found = get_object_or_404(mine.select_related("conversion", "program"), pk=pk)
    body = json.dumps(found.body, indent=2, ensure_ascii=False)
    crumbs = [(_("Events"), reverse("console:events")), (found.event_id or found.source, "")]
    context = {"event": found, "body": body, "crumbs": crumbs}
    return render(request, "console/events/event.html", context)
