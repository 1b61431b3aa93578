"""The program's partners, and taking in a new one."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from handsel.console.forms.filters import PartnerFilters
from handsel.console.forms.partners import NewPartner
from handsel.console.frame import program_or_404
from handsel.console.roster import Line, columns_of, lines_of, sort_lines, together
from handsel.links.joining import add_partner
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.organizations.services import invite_member
from handsel.partnerships.models import Partnership
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Program
from handsel.programs.queries import terms_of
from handsel.ui.refusals import said_by_form, status_of
from handsel.ui.tables import Cell, amount, csv_response

PAGE_SIZE = 50


@require_GET
@requires_member
def partners(request: MemberRequest) -> HttpResponse:
    """The program's partners with what they brought, narrowed by `PartnerFilters`."""
    filters, lines = _found(request)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "console/partners/list.html",
        {
            "page": page,
            "columns": columns_of(request.GET),
            "together": together(lines),
            "total": len(lines),
            "query": f"{query.urlencode()}&" if query else "",
            "filters": filters,
            "currency": program_or_404(request).currency,
            "may_change": request.member.may(Member.Role.MANAGER),
        },
    )


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """All that fit, as a table, in the order of the page."""
    program = program_or_404(request)
    _filters, lines = _found(request)
    columns = [
        _("Partner"),
        _("Kind"),
        _("Group"),
        _("State"),
        _("Since"),
        _("Clicks"),
        _("Orders"),
        _("New customers"),
        _("Revenue"),
        _("Commission"),
        _("Currency"),
        _("Last sale"),
        _("Health"),
    ]
    rows: Iterator[list[Cell]] = (
        [
            line.partnership.partner.name,
            line.partnership.kind,
            line.partnership.group.name,
            line.partnership.status,
            line.partnership.created_at,
            line.figures.clicks,
            line.figures.orders,
            line.figures.new_customers,
            amount(line.figures.revenue_minor, program.currency),
            amount(line.figures.commission_minor, program.currency),
            program.currency,
            line.figures.last_sale_at,
            line.health.score,
        ]
        for line in lines
    )
    return csv_response(f"{program.slug}-partners", columns, rows)


def _found(request: MemberRequest) -> tuple[PartnerFilters, list[Line]]:
    program = program_or_404(request)
    filters = PartnerFilters(request.GET, program=program)
    said = filters.said
    rows = Partnership.objects.visible_to(request.member).filter(program=program)
    found = filters.narrow(rows.select_related("partner", "group", "program"))
    lines = lines_of(list(found), days=said.get("days"), health=said.get("health", ""))
    return filters, sort_lines(lines, said.get("sort", ""))


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def new(request: MemberRequest) -> HttpResponse:
    """Take a partner in. Its link and code are ready on the page that follows."""
    program = program_or_404(request)
    form = NewPartner(request.POST or None, program=program)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            partnership = _take_in(form, program, request.member)
            messages.success(request, _("%(name)s is in.") % {"name": partnership.partner.name})
            return redirect("console:partner", partnership.pk)
    crumbs = [(_("Partners"), reverse("console:partners")), (_("New partner"), "")]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "console/partners/new.html", context, status=status_of(form))


@transaction.atomic
def _take_in(form: NewPartner, program: Program, member: Member) -> Partnership:
    said = form.cleaned_data
    invite = said.pop("invite")
    group = form.groups[said.pop("group")]
    partnership = add_partner(
        program,
        group=group,
        actor=member,
        text=agreement_text(terms_of(group)),
        language=get_language() or "en",
        **said,
    )
    # Inviting is ticked from the start: without an address there is nobody to write to yet.
    if invite and said["email"]:
        invite_member(
            partnership.partner, email=said["email"], role=Member.Role.OWNER, actor=member
        )
    return partnership
