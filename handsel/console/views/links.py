"""All links and codes of the program, and stopping one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from handsel.console.forms.filters import LinkFilters
from handsel.console.frame import program_or_404
from handsel.console.queries import links_with_clicks
from handsel.links.models import Code, Link
from handsel.links.services import disable_code, disable_link
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member

PAGE_SIZE = 50


@require_GET
@requires_member
def links(request: MemberRequest) -> HttpResponse:
    """Newest first; `q` finds by name in the address or by partner."""
    filters = LinkFilters(request.GET)
    found = filters.narrow(
        Link.objects.visible_to(request.member)
        .filter(program=program_or_404(request))
        .select_related("partner", "partnership")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "console/links/list.html",
        {
            "links": links_with_clicks(page.object_list),
            "page": page,
            "filters": filters,
            "may_change": request.member.may(Member.Role.MANAGER),
        },
    )


@require_POST
@requires(Member.Role.MANAGER)
def disabling(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop a link; its visitors go to the program's fallback address."""
    own = Link.objects.visible_to(request.member).filter(brand_id=request.member.organization_id)
    link = get_object_or_404(own, pk=pk)
    disable_link(link.pk, actor=request.member, reason=request.POST.get("reason", ""))
    return redirect("console:partner-links", link.partnership_id)


@require_POST
@requires(Member.Role.MANAGER)
def code_disabling(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop a code from crediting its partner; the shop has to stop its discount itself."""
    own = Code.objects.visible_to(request.member).filter(brand_id=request.member.organization_id)
    code = get_object_or_404(own, pk=pk)
    disable_code(code.pk, actor=request.member, reason=request.POST.get("reason", ""))
    return redirect("console:partner-links", code.partnership_id)
