"""One box for partners, orders, commissions and codes."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.organizations.access import MemberRequest, requires_member
from handsel.partnerships.models import Partnership

SHOWN = 20


@require_GET
@requires_member
def search(request: MemberRequest) -> HttpResponse:
    """The id of a commission or conversion goes straight there. Searches all the brand's programs,
    since an order's number does not say which it came by."""
    q = request.GET.get("q", "").strip()
    member, mine = request.member, request.member.organization_id
    partnerships = Partnership.objects.visible_to(member).filter(brand_id=mine)
    commissions = Commission.objects.visible_to(member).filter(brand_id=mine)
    conversions = Conversion.objects.visible_to(member).filter(brand_id=mine)
    for rows, page in (
        (commissions, "console:commission"),
        (conversions, "console:conversion"),
        (partnerships, "console:partner"),
    ):
        if "_" in q and rows.filter(pk=q).exists():
            return redirect(page, q)
    if not q:
        return render(request, "console/search.html", {"q": q})
    named = Q(partner__name__icontains=q) | Q(partner__email__icontains=q)
    linked = Q(links__slug__iexact=q) | Q(codes__code__iexact=q)
    found = partnerships.filter(named | linked).distinct()
    orders = conversions.filter(order_reference__icontains=q)
    earned = commissions.filter(conversion__order_reference__icontains=q)
    context = {
        "q": q,
        "partnerships": found.select_related("partner", "program").order_by("-pk")[:SHOWN],
        "conversions": orders.order_by("-occurred_at")[:SHOWN],
        "commissions": earned.select_related("partner", "conversion").order_by("-occurred_at")[
            :SHOWN
        ],
    }
    return render(request, "console/search.html", context)
