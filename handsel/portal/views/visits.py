"""A partner's own clicks and orders, as they came."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.portal.earnings import midnight
from handsel.portal.forms.visits import VisitFilters
from handsel.portal.visits import began_at, sources_of, visits_of
from handsel.rows.places import read_place
from handsel.rows.stream import latest

PAGE_SIZE = 50


@require_GET
@requires_reader
def visits(request: ReaderRequest) -> HttpResponse:
    """The latest first, and further back a month at a time."""
    reader = request.member
    filters = VisitFilters(request.GET, reader=reader)
    said = filters.said
    began, since, until = began_at(reader), said.get("since"), said.get("until")
    before = read_place(request.GET.get("before", ""))
    found = latest(
        sources_of(reader, kind=said.get("kind", ""), link=said.get("link", "")),
        PAGE_SIZE,
        now=now(),
        since=max(midnight(since), began) if since else began,
        until=midnight(until + timedelta(days=1)) if until else None,
        after=before,
    )
    query = request.GET.copy()
    query["before"] = str(found.older) if found.older else ""
    context = {
        "filters": filters,
        "visits": visits_of(found.rows, reader),
        "found": found,
        "before": before,
        "older": f"?{query.urlencode()}",
    }
    return render(request, "portal/visits.html", context)
