"""Who did what around the partner's work."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.portal.happened import happened


@require_GET
@requires_reader
def activity(request: ReaderRequest) -> HttpResponse:
    """What happened, the latest first; also when the brand looked at these pages."""
    return render(request, "portal/activity.html", {"happened": happened(request.member)})
