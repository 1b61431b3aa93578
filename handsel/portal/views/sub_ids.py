"""What each of a partner's places brought, by one of five sub-ids."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.insights.forms import SubFilters
from handsel.insights.sub_table import sub_table
from handsel.insights.subs import subs_lately
from handsel.links.models import Link
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.partnerships.models import Partnership
from handsel.portal.own import own, partnerships_of


@require_GET
@requires_reader
def sub_ids(request: ReaderRequest) -> HttpResponse:
    """Of one program at a time: amounts are never added up across currencies."""
    filters, place = _asked(request)
    context = {
        "filters": filters,
        "partnership": place,
        "subs": subs_lately(place, filters.sub_number, days=filters.days_number) if place else None,
    }
    return render(request, "portal/links/sub_ids.html", context)


@require_GET
@requires_reader
def export(request: ReaderRequest) -> HttpResponse:
    filters, place = _asked(request)
    mine = own(Partnership.objects.all(), request.member).select_related("program")
    found = get_object_or_404(mine, pk=place.pk if place else None)
    return sub_table(found, filters, name=f"{found.program.slug}-sub-ids")


@require_GET
@requires_reader
def of_link(request: ReaderRequest, pk: str) -> HttpResponse:
    """Of one link, as a table to take along."""
    mine = own(Link.objects.all(), request.member).select_related("program")
    found = get_object_or_404(mine, pk=pk)
    return sub_table(found, SubFilters(request.GET), name=found.slug)


def _asked(request: ReaderRequest) -> tuple[SubFilters, Partnership | None]:
    """The partnership that was chosen, else the oldest."""
    mine = partnerships_of(request.member)
    choices = [(one.pk, one.program.name) for one in mine]
    filters = SubFilters(request.GET, label=_("Program"), of=choices)
    chosen = next((one for one in mine if one.pk == filters.whose), None)
    return filters, chosen or next(iter(mine), None)
