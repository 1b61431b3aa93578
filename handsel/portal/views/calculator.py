"""“What would I earn?” under a partner's own terms."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.partnerships.queries import agreement_in_force, latest_version, terms_of
from handsel.portal.own import partnerships_of
from handsel.recruiting.usual import usual_of
from handsel.ui.calculator import calculate


@require_GET
@requires_reader
def calculator(request: ReaderRequest) -> HttpResponse:
    """For the partnership that `in` names, or the first that goes on; HTMX gets the answer."""
    mine = [one for one in partnerships_of(request.member) if one.status != "ended"]
    if not mine:
        return render(request, "portal/nothing.html")
    chosen = next((one for one in mine if one.pk == request.GET.get("in", "")), mine[0])
    version = agreement_in_force(chosen, at=now()) or latest_version(chosen)
    known = usual_of(chosen.program)
    source = (
        _("Shares are what is usual among this program’s partners; the rest is assumed by us.")
        if known
        else ""
    )
    calculation = calculate(terms_of(version), request.GET, at=now(), known=known, source=source)
    shown = {
        "calculation": calculation,
        "address": reverse("portal:calculator"),
        "chosen": chosen.pk,
        "partnership": chosen,
        "version": version,
        "others": [one for one in mine if one.pk != chosen.pk],
    }
    live = bool(getattr(request, "htmx", False))
    name = "ui/calculator/_answer.html" if live else "portal/calculator.html"
    return render(request, name, shown, status=200 if calculation.answer else 422)
