"""Customers whose orders are the partner's without a click: since when, and until when.

Who they are is the brand's alone. A partner knows them by a number of ours that says nothing.
"""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.customers.models import Binding, BindingQuerySet
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.portal.own import partnerships_of

PAGE_SIZE = 50


@require_GET
@requires_reader
def lifetime_customers(request: ReaderRequest) -> HttpResponse:
    """The latest first, those that are over included."""
    at = now()
    mine = _own(request)
    page = Paginator(mine.order_by("-since", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(binding, binding.is_running(at)) for binding in page.object_list],
        "running": mine.running(at).count(),
    }
    return render(request, "portal/earnings/customers.html", context)


def _own(request: ReaderRequest) -> "BindingQuerySet":
    return (
        Binding.objects.visible_to(request.member)
        .filter(partnership__in=partnerships_of(request.member), released_at=None)
        .select_related("program")
    )
