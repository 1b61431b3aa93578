"""The program's partners, and taking in a new one."""

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
from handsel.console.queries import with_figures
from handsel.links.joining import add_partner
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.organizations.services import invite_member
from handsel.partnerships.models import Partnership
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Program
from handsel.programs.queries import terms_of
from handsel.ui.refusals import said_by_form

PAGE_SIZE = 50


@require_GET
@requires_member
def partners(request: MemberRequest) -> HttpResponse:
    """The program's partners, narrowed by `PartnerFilters`."""
    filters = PartnerFilters(request.GET)
    found = filters.narrow(
        Partnership.objects.visible_to(request.member)
        .filter(program=program_or_404(request))
        .select_related("partner", "group", "program")
        .order_by("partner__name", "pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "console/partners/list.html",
        {
            "rows": with_figures(list(page.object_list)),
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "filters": filters,
            "may_change": request.member.may(Member.Role.MANAGER),
        },
    )


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
    return render(request, "console/partners/new.html", {"form": form, "crumbs": crumbs})


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
