"""What a partner would have earned under terms that it is offered."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from handsel.insights.forms import MonthsFilter
from handsel.insights.replay import Scope, last_months, prepared, replay
from handsel.insights.replay_shown import replay_shown
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.partnerships.models import Offer
from handsel.partnerships.queries import terms_of
from handsel.portal.own import own


@require_GET
@requires_reader
def of_offer(request: ReaderRequest, pk: str) -> HttpResponse:
    """Its own figures only; the orders that others would win or lose are nobody's business here."""
    visible = own(Offer.objects.all(), request.member).select_related("partnership__program")
    offer = get_object_or_404(visible, pk=pk)
    terms, program = terms_of(offer), offer.partnership.program
    filters = MonthsFilter(request.GET)
    context = {"offer": offer, "filters": filters}
    if prepared(program):
        since, until = last_months(terms.time_zone, filters.months_number)
        scope = Scope(program, partnership=offer.partnership)
        found = replay(scope, terms, since, until, only_own=True)
        context["replay"] = replay_shown(found, {}, own=True)
    return render(request, "portal/replays/replay.html", context)
