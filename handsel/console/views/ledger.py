"""The ledger: the journal, the balances, and the checkpoint that signs them."""

from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handsel.console.forms.filters import EntryFilters
from handsel.console.frame import program_or_404
from handsel.console.paging import slice_of
from handsel.ledger.leaves import POSTINGS
from handsel.ledger.models import Entry
from handsel.ledger.queries import trial_balance
from handsel.ledger.seal import latest_checkpoint
from handsel.organizations.access import MemberRequest, requires_member
from handsel.organizations.models import Organization


@require_GET
@requires_member
def journal(request: MemberRequest) -> HttpResponse:
    """Every entry with its postings, the latest first."""
    program_or_404(request)
    mine = request.member.organization_id
    filters = EntryFilters(request.GET)
    found = filters.narrow(Entry.objects.visible_to(request.member).filter(brand_id=mine))
    partner = Organization.objects.filter(pk=OuterRef("partner_id"))
    rows = (
        found.annotate(partner_name=Subquery(partner.values("name")))
        .select_related("leaf")
        .prefetch_related(POSTINGS)
    )
    context = {
        "filters": filters,
        "slice": slice_of(rows, "recorded_at", request),
        "checkpoint": latest_checkpoint(),
    }
    return render(request, "console/ledger/journal.html", context)


@require_GET
@requires_member
def balances(request: MemberRequest) -> HttpResponse:
    """What was debited and credited, account by account; both sides add up to the same."""
    program_or_404(request)
    rows = trial_balance(request.member.organization_id)
    sides: dict[str, tuple[int, int]] = {}
    for row in rows:
        debit_minor, credit_minor = sides.get(row.currency, (0, 0))
        sides[row.currency] = debit_minor + row.debit_minor, credit_minor + row.credit_minor
    context = {"rows": rows, "sides": sides, "checkpoint": latest_checkpoint()}
    return render(request, "console/ledger/balances.html", context)
