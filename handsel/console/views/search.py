"""One box for partners, orders, commissions and codes."""

import re

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.engine.money import exponent
from handsel.organizations.access import MemberRequest, requires_member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

SHOWN = 20
AMOUNT = re.compile(r"\D*(\d{1,12})(?:[.,](\d{1,3}))?\D*")


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
    amount = _of_amount(q, Program.objects.visible_to(member).filter(brand_id=mine))
    orders = conversions.filter(Q(order_reference__icontains=q) | amount)
    earned = commissions.filter(Q(conversion__order_reference__icontains=q) | amount)
    context = {
        "q": q,
        "partnerships": found.select_related("partner", "program").order_by("-pk")[:SHOWN],
        "conversions": orders.order_by("-occurred_at")[:SHOWN],
        "commissions": earned.select_related("partner", "conversion").order_by("-occurred_at")[
            :SHOWN
        ],
    }
    return render(request, "console/search.html", context)


def _of_amount(q: str, programs: "QuerySet[Program]") -> Q:
    """Exactly that much in a currency of the programs, however it is written: `€3.00`, `3,00 kr`.
    What is no amount finds nothing by it."""
    found = Q(pk__in=[])
    if (match := AMOUNT.fullmatch(re.sub(r"\s", "", q))) is None:
        return found
    whole, part = match[1], match[2] or ""
    for currency in set(programs.values_list("currency", flat=True)):
        digits = exponent(currency)
        if len(part) <= digits:
            found |= Q(currency=currency, amount_minor=int(whole + part.ljust(digits, "0")))
    return found
