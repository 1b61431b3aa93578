"""Commissions: the list, and the receipt of one."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.queries import totals
from handsel.commissions.receipt.page import receipt_page
from handsel.console.forms.filters import WITHHELD, CommissionFilters
from handsel.console.frame import program_or_404
from handsel.console.needs import RECEIPT_READ
from handsel.console.paging import slice_of
from handsel.console.supposed_terms import drafts_for
from handsel.organizations.access import MemberRequest, requires_member
from handsel.organizations.models import Member
from handsel.payouts.queries import payout_of_commissions, way_of
from handsel.relations.queries import with_open_questions
from handsel.rows.querysets import SharedQuerySet
from handsel.ui.tables import Cell, amount, csv_response
from handsel.ui.wording.commissions import name_of

DECIDERS = (Member.Role.MANAGER, Member.Role.FINANCE)


@require_GET
@requires_member
def commissions(request: MemberRequest) -> HttpResponse:
    """The latest first, with what all that fit add up to."""
    filters, found = _found(request)
    rows = with_open_questions(found.select_related("partner", "conversion"))
    page = slice_of(rows, "occurred_at", request)
    context = {
        "filters": filters,
        "slice": page,
        "payouts": payout_of_commissions(row.pk for row in page.rows),
        "totals": totals(found),
        "may_decide": request.member.may(*DECIDERS),
    }
    return render(request, "console/commissions/list.html", context)


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """All that fit, as a table."""
    program = program_or_404(request)
    _filters, found = _found(request)
    columns = [
        _("Order"),
        _("Ordered"),
        _("Partner"),
        _("Order value"),
        _("Sent back"),
        _("Commission"),
        _("Currency"),
        _("State"),
        _("Id"),
    ]
    rows: Iterator[list[Cell]] = (
        [
            name_of(row),
            row.occurred_at,
            row.partner.name,
            *_order_amounts(row),
            amount(row.amount_minor, row.currency),
            row.currency,
            WITHHELD if row.withheld_at else row.status,
            row.pk,
        ]
        for row in found.select_related("partner", "conversion").order_by("occurred_at", "pk")
    )
    return csv_response(f"{program.slug}-commissions", columns, rows)


def _order_amounts(row: Commission) -> "list[Cell]":
    """What was sold and what was sent back; nothing where it is not of one order."""
    order = row.conversion
    if order is None:
        return [None, None]
    return [
        amount(order.amount_minor, order.currency),
        amount(order.refunded_minor, order.currency),
    ]


def _found(request: MemberRequest) -> "tuple[CommissionFilters, SharedQuerySet[Commission]]":
    program = program_or_404(request)
    filters = CommissionFilters(request.GET, program=program)
    return filters, filters.narrow(own_commissions(request).filter(program=program))


@require_GET
@requires_member
def commission(request: MemberRequest, pk: str) -> HttpResponse:
    """Why this amount: from the touch to the ledger."""
    rows = own_commissions(request).select_related(
        "partnership__partner", "program", "agreement", "conversion"
    )
    found = get_object_or_404(rows, pk=pk)
    if not request.session.get(RECEIPT_READ):
        request.session[RECEIPT_READ] = True  # the last of a newcomer's first steps
    drafts = drafts_for(found.partnership, request.member)
    context = {
        **receipt_page(found, request.member, request.GET, way=way_of(found), drafts=drafts),
        "crumbs": [
            (_("Commissions"), reverse("console:commissions")),
            (name_of(found), ""),
        ],
        "may_decide": request.member.may(*DECIDERS),
    }
    return render(request, "console/commissions/receipt.html", context)


@require_GET
@requires_member
def proof(request: MemberRequest, pk: str) -> HttpResponse:
    """The file for `handsel verify`; what the sealer has not come to is sealed first."""
    found = get_object_or_404(own_commissions(request), pk=pk)
    response = HttpResponse(proof_file(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.json"'
    return response


def own_commissions(request: MemberRequest) -> "SharedQuerySet[Commission]":
    """Those of the brand the member works for; as a partner they have the portal."""
    mine = request.member.organization_id
    return Commission.objects.visible_to(request.member).filter(brand_id=mine)
