"""What was earned, month by month; why each amount; and why some orders earned nothing."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.receipt.page import receipt_page
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.partnerships.models import Partnership
from handsel.payouts.queries import way_of
from handsel.portal.earnings import months_with_orders, own_commissions, standings, totals
from handsel.portal.forms.earnings import EVERY_MONTH, EarningsFilters
from handsel.portal.not_credited import explained, uncredited
from handsel.portal.own import own, partnerships_of
from handsel.portal.rows import EarningShown, earnings_shown
from handsel.ui.tables import Cell, amount, csv_response
from handsel.ui.wording import words
from handsel.ui.wording.commissions import name_of

PAGE_SIZE = 50


@require_GET
@requires_reader
def earnings(request: ReaderRequest) -> HttpResponse:
    """A month, or all of them, the latest order first, with what each state adds up to."""
    partnerships = partnerships_of(request.member)
    filters = _filters(request, partnerships)
    context: dict[str, object] = {
        "filters": filters,
        "standings": standings(partnerships).values(),
    }
    if filters.month_shown:
        rows = own_commissions(request.member, **filters.narrowed)
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        context |= {
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "totals": totals(rows),
            "rows": earnings_shown(request.member, list(page.object_list)),
        }
    return render(request, "portal/earnings/list.html", context)


@require_GET
@requires_reader
def export(request: ReaderRequest) -> HttpResponse:
    """What the list shows, all of its pages, as a table to take along."""
    filters = _filters(request, partnerships_of(request.member))
    found = own_commissions(request.member, **filters.narrowed).order_by("occurred_at", "pk")
    columns = [
        _("Order"),
        _("Ordered"),
        _("Bought"),
        _("Link or code"),
        _("Program"),
        _("Earned"),
        _("Currency"),
        _("State"),
        _("Id"),
    ]
    rows = (_table_row(row) for row in earnings_shown(request.member, list(found)))
    return csv_response(f"earnings-{filters.month_shown or EVERY_MONTH}", columns, rows)


def _table_row(row: EarningShown) -> list[Cell]:
    one = row.commission
    return [
        name_of(one),
        one.occurred_at,
        row.title,
        row.place,
        one.program.name,
        amount(one.amount_minor, one.currency),
        one.currency,
        row.state_code,
        one.pk,
    ]


def _filters(request: ReaderRequest, partnerships: Sequence[Partnership]) -> EarningsFilters:
    months = months_with_orders(request.member)
    return EarningsFilters(request.GET, months=months, partnerships=partnerships)


@require_GET
@requires_reader
def earning(request: ReaderRequest, pk: str) -> HttpResponse:
    """Why this amount: from the touch to the ledger, as the brand sees it too."""
    rows = own(Commission.objects.all(), request.member).select_related(
        "partnership__partner", "program", "agreement", "conversion", "brand"
    )
    found = get_object_or_404(rows, pk=pk)
    context = receipt_page(found, request.member, request.GET, way=way_of(found))
    return render(request, "portal/earnings/receipt.html", context)


@require_GET
@requires_reader
def proof(request: ReaderRequest, pk: str) -> HttpResponse:
    """The file for `handsel verify`; what the sealer has not come to is sealed first."""
    found = get_object_or_404(own(Commission.objects.all(), request.member), pk=pk)
    response = HttpResponse(proof_file(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.json"'
    return response


@require_GET
@requires_reader
def not_credited_list(request: ReaderRequest) -> HttpResponse:
    page = Paginator(uncredited(request.member), PAGE_SIZE).get_page(request.GET.get("page"))
    reasons = [(touch, words(touch.verdict, {}, subject="verdict")) for touch in page.object_list]
    context = {"page": page, "reasons": reasons}
    return render(request, "portal/earnings/not_credited_list.html", context)


@require_GET
@requires_reader
def not_credited(request: ReaderRequest, pk: str) -> HttpResponse:
    """The receipt of the partner who was not credited."""
    touch = get_object_or_404(uncredited(request.member), pk=pk)
    context = {"touch": touch, "explained": explained(touch, request.member)}
    return render(request, "portal/earnings/not_credited.html", context)
