"""The statement of a payout: the same paper that the partner has."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from handsel.organizations.access import MemberRequest, requires_member
from handsel.organizations.models import Member
from handsel.papers.models import Statement
from handsel.papers.proof import statement_proof
from handsel.papers.shown import paper
from handsel.papers.tables import statement_csv
from handsel.relations.queries import asked_about


@require_GET
@requires_member
def statement(request: MemberRequest, pk: str) -> HttpResponse:
    """Line by line. `lines=all` puts all on one page, as for print."""
    found = _statement(request.member, pk)
    context = {
        "paper": paper(
            found,
            page=request.GET.get("page"),
            whole=request.GET.get("lines") == "all",
            asked=asked_about(found.partnership_id, request.member),
        ),
        "commission_route": "console:commission",
        "verify_command": f"handsel verify {found.number}.json",
    }
    return render(request, "console/statements/statement.html", context)


@require_GET
@requires_member
def lines(request: MemberRequest, pk: str) -> HttpResponse:
    return statement_csv(_statement(request.member, pk))


@require_GET
@requires_member
def proof(request: MemberRequest, pk: str) -> HttpResponse:
    """The file for `handsel verify`; what the sealer has not come to is sealed first."""
    found = _statement(request.member, pk)
    response = HttpResponse(statement_proof(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


def _statement(member: Member, pk: str) -> Statement:
    rows = Statement.objects.visible_to(member).filter(brand_id=member.organization_id)
    return get_object_or_404(rows.select_related("payout", "checkpoint"), pk=pk)
