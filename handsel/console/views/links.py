"""All links of the program, and changing many of them; codes are stopped here, too."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from handsel.console.forms.links import LinkFilters, ManyForm
from handsel.console.frame import program_or_404
from handsel.console.link import plan_shown
from handsel.console.queries import links_with_clicks
from handsel.errors import DomainError, InvalidInput
from handsel.links.changing import AT_ONCE_MAX, Planned, change_links, plan_changes
from handsel.links.models import Code, Link
from handsel.links.services import disable_code
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.rows.querysets import SharedQuerySet
from handsel.ui.refusals import status_of

PAGE_SIZE = 50


@require_GET
@requires_member
def links(request: MemberRequest) -> HttpResponse:
    """Newest first."""
    filters = LinkFilters(request.GET, program=program_or_404(request))
    found = _found(request, filters)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "console/links/list.html",
        {
            "links": links_with_clicks(page.object_list),
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "narrowed": query.urlencode(),
            "filters": filters,
            "may_change": request.member.may(Member.Role.MANAGER),
        },
    )


@require_POST
@requires(Member.Role.MANAGER)
def many(request: MemberRequest) -> HttpResponse:
    """Change many links: first what, then what it would do to each, then all at once.

    `pk` are the chosen ones; with `all` it is those that the filters in `narrowed` show.
    """
    chosen = _chosen(request)
    step = request.POST.get("step", "")
    form = ManyForm(request.POST if step else None)
    planned: list[Planned] = []
    if step and form.is_valid():
        change = form.change()
        if step == "apply":
            try:
                changed = change_links(chosen, change, actor=request.member)
            except DomainError as error:
                form.blame(error)
            else:
                said = ngettext(
                    "%(number)d link changed.", "%(number)d links changed.", len(changed)
                )
                messages.success(request, said % {"number": len(changed)})
                return redirect("console:links")
        planned = plan_changes(chosen, change)
    shown = _shown(chosen, form, planned)
    return render(request, "console/links/many.html", shown, status=status_of(form))


@require_POST
@requires(Member.Role.MANAGER)
def code_disabling(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop a code from crediting its partner; the shop has to stop its discount itself."""
    own = Code.objects.visible_to(request.member).filter(brand_id=request.member.organization_id)
    code = get_object_or_404(own, pk=pk)
    disable_code(code.pk, actor=request.member, reason=request.POST.get("reason", ""))
    return redirect("console:partner-links", code.partnership_id)


def _found(request: MemberRequest, filters: LinkFilters) -> "SharedQuerySet[Link]":
    program = program_or_404(request)
    rows = Link.objects.visible_to(request.member).filter(program=program)
    return filters.narrow(rows.select_related("partner", "partnership")).order_by(
        "-created_at", "-pk"
    )


def _chosen(request: MemberRequest) -> list[str]:
    """The ids of links of the program at hand, in a number that can be changed in one go."""
    if request.POST.get("all"):
        narrowed = QueryDict(request.POST.get("narrowed", ""))
        rows = _found(request, LinkFilters(narrowed, program=program_or_404(request)))
    else:
        mine = Link.objects.visible_to(request.member).filter(program=program_or_404(request))
        rows = mine.filter(pk__in=request.POST.getlist("pk"))
    chosen = list(rows.values_list("pk", flat=True)[: AT_ONCE_MAX + 1])
    if not chosen:
        raise InvalidInput(_("Choose at least one link."), field="pk")
    if len(chosen) > AT_ONCE_MAX:
        raise InvalidInput(
            _("At most %(most)d links can be changed in one go.") % {"most": AT_ONCE_MAX},
            field="pk",
            remedy=_("Narrow the list first."),
        )
    return chosen


def _shown(chosen: Sequence[str], form: ManyForm, planned: list[Planned]) -> dict[str, Any]:
    """For the page: what is different, what stays as it is, and what cannot be."""
    changed = [plan for plan in planned if plan.after]
    refused = [plan for plan in planned if plan.refusal]
    return {
        "chosen": chosen,
        "form": form,
        "is_planned": bool(planned) and not form.errors,
        "changed": [plan_shown(plan) for plan in changed],
        "refused": refused,
        "unchanged_total": len(planned) - len(changed) - len(refused),
    }
