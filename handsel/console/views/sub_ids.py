"""What partners' places brought, by one of five sub-ids."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.console.forms.filters import ALL
from handsel.console.frame import program_or_404
from handsel.console.views.link import link_or_404
from handsel.insights.forms import Choice, SubFilters
from handsel.insights.sub_table import sub_table
from handsel.insights.subs import Place, subs_lately
from handsel.organizations.access import MemberRequest, requires_member
from handsel.partnerships.models import Partnership
from handsel.rows.querysets import SharedQuerySet


@require_GET
@requires_member
def sub_ids(request: MemberRequest) -> HttpResponse:
    """Of the program, or of one partner."""
    filters = _filters(request)
    place = _place(request, filters)
    return render(
        request,
        "console/links/sub_ids.html",
        {
            "filters": filters,
            "subs": subs_lately(place, filters.sub_number, days=filters.days_number),
            "show_partner": not isinstance(place, Partnership),
            "currency": program_or_404(request).currency,
        },
    )


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    filters = _filters(request)
    name = f"{program_or_404(request).slug}-sub-ids"
    return sub_table(_place(request, filters), filters, name=name)


@require_GET
@requires_member
def of_link(request: MemberRequest, pk: str) -> HttpResponse:
    """Of one link, as a table to take along."""
    found = link_or_404(request, pk)
    return sub_table(found, SubFilters(request.GET), name=found.slug)


def _filters(request: MemberRequest) -> SubFilters:
    partners = _partnerships(request).order_by("partner__name", "pk")
    choices: list[Choice] = [ALL, *partners.values_list("pk", "partner__name")]
    return SubFilters(request.GET, label=_("Partner"), of=choices)


def _place(request: MemberRequest, filters: SubFilters) -> Place:
    if not filters.whose:
        return program_or_404(request)
    mine = _partnerships(request).select_related("program")
    return get_object_or_404(mine, pk=filters.whose)


def _partnerships(request: MemberRequest) -> SharedQuerySet[Partnership]:
    program = program_or_404(request)
    return Partnership.objects.visible_to(request.member).filter(program=program)
