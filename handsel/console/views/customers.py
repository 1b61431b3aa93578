"""Customers: who bought, how often, and who introduced them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.console.buyers import customers_of, with_introductions
from handsel.console.forms.filters import CustomerFilters
from handsel.console.frame import program_or_404
from handsel.console.paging import slice_of
from handsel.console.views.crediting import DECIDERS
from handsel.conversions.models import Conversion
from handsel.customers.models import Binding, Customer
from handsel.organizations.access import MemberRequest, requires_member

PAGE_SIZE = 50


@require_GET
@requires_member
def customers(request: MemberRequest) -> HttpResponse:
    """Who ordered last comes first."""
    program = program_or_404(request)
    filters = CustomerFilters(request.GET, program=program)
    found = customers_of(program, request.member, filters)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": page,
        "rows": with_introductions(list(page.object_list)),
        "query": f"{query.urlencode()}&" if query else "",
        "currency": program.currency,
    }
    return render(request, "console/customers/list.html", context)


@require_GET
@requires_member
def customer(request: MemberRequest, pk: str) -> HttpResponse:
    """One buyer's orders, and what partners earned with them."""
    mine = Customer.objects.visible_to(request.member)
    mine = mine.filter(brand_id=request.member.organization_id)
    found = get_object_or_404(mine.select_related("program", "merged_into"), pk=pk)
    orders = Conversion.objects.visible_to(request.member).filter(customer=found)
    bindings = Binding.objects.visible_to(request.member).filter(customer=found)
    context = {
        "customer": found,
        "bindings": bindings.select_related("partner").order_by("-since", "-pk"),
        "may_decide": request.member.may(*DECIDERS),
        "slice": slice_of(orders.prefetch_related("commissions__partner"), "occurred_at", request),
        "buyer": _buyer(request, found),
        "crumbs": [
            (_("Customers"), reverse("console:customers")),
            (found.shop_customer_id or _("A buyer without a shop id"), ""),
        ],
    }
    return render(request, "console/customers/customer.html", context)


def _buyer(request: MemberRequest, found: Customer) -> object:
    """The sums of one customer; None for who has not ordered."""
    no_filters = CustomerFilters(request.GET.__class__(), program=found.program)
    rows = customers_of(found.program, request.member, no_filters).filter(pk=found.pk)
    return next(iter(with_introductions(list(rows))), None)
