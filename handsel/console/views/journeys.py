"""Who works together: the journeys of orders, read by several models."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.console.frame import program_or_404
from handsel.insights.forms import DaysFilter
from handsel.insights.journeys import JourneyReport, journeys_lately
from handsel.insights.journeys_shown import journeys_shown, journeys_table, pairs_table
from handsel.organizations.access import MemberRequest, requires_member
from handsel.partnerships.models import Partnership


@require_GET
@requires_member
def journeys(request: MemberRequest) -> HttpResponse:
    filters = DaysFilter(request.GET)
    report = _report(request, filters)
    context = {"filters": filters, "journeys": journeys_shown(report, _names(request))}
    return render(request, "console/journeys/journeys.html", context)


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """The models' shares."""
    report = _report(request, DaysFilter(request.GET))
    name = f"{program_or_404(request).slug}-journeys"
    return journeys_table(report, _names(request), name=name)


@require_GET
@requires_member
def pairs(request: MemberRequest) -> HttpResponse:
    """Who met whom."""
    report = _report(request, DaysFilter(request.GET))
    name = f"{program_or_404(request).slug}-together"
    return pairs_table(report, _names(request), name=name)


def _report(request: MemberRequest, filters: DaysFilter) -> JourneyReport:
    return journeys_lately(program_or_404(request), request.member, days=filters.days_number)


def _names(request: MemberRequest) -> dict[str, str]:
    mine = Partnership.objects.visible_to(request.member).filter(program=program_or_404(request))
    return dict(mine.values_list("pk", "partner__name"))
