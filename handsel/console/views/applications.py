"""Applications: the list, one of them, and the answers, singly or several at once."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from handsel.activity.queries import history
from handsel.console.forms.applications import (
    ApplicationFilters,
    ApprovalForm,
    GroupField,
    RefusalForm,
)
from handsel.console.frame import program_or_404
from handsel.errors import InvalidInput
from handsel.links.services import free_code_for, free_slug_for
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPage
from handsel.programs.queries import first_group, terms_version
from handsel.recruiting.judging import judged
from handsel.recruiting.models import Application
from handsel.recruiting.queries import (
    applications_of,
    by_status,
    neighbours,
    waiting_applications,
)
from handsel.recruiting.services import approve_application, decline_application
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 50
CHOSEN_MAX = 50
MANAGER = Member.Role.MANAGER

WAITING_FIRST = Case(When(status=Application.Status.WAITING, then=Value(0)), default=Value(1))


@require_GET
@requires_member
def applications(request: MemberRequest) -> HttpResponse:
    """Those that wait first, the earliest due on top; then the latest answers."""
    program = program_or_404(request)
    filters = ApplicationFilters(request.GET)
    rows = filters.narrow(applications_of(request.member, program)).select_related("partnership")
    ordered = rows.order_by(
        WAITING_FIRST,
        Case(When(status=Application.Status.WAITING, then=F("due_on"))),
        F("decided_at").desc(nulls_first=True),
        "pk",
    )
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    totals = by_status(program, request.member)
    return render(
        request,
        "console/applications/list.html",
        {
            "rows": judged(program, request.member, list(page.object_list)),
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "filters": filters,
            "waiting_total": totals[Application.Status.WAITING],
            "total": sum(totals.values()),
            "program": program,
            "program_page": ProgramPage.objects.visible_to(request.member)
            .filter(program=program)
            .first(),
            "may_change": request.member.may(MANAGER),
            "groups": _group_field(program).choices,
            "refusal_form": RefusalForm(auto_id="all-%s"),
        },
    )


@require_GET
@requires_member
def application(request: MemberRequest, pk: str) -> HttpResponse:
    """Who asks, what speaks for and against it, and what can be answered."""
    return _one(request, _found(request, pk))


@require_POST
@requires(MANAGER)
def approval(request: MemberRequest, pk: str) -> HttpResponse:
    """Yes: a partner with link and code, and a letter that lets them in."""
    found = _found(request, pk)
    form = ApprovalForm(request.POST, program=found.program)
    if form.is_valid():
        with said_by_form(form):
            approve_application(found.pk, **form.cleaned_data, actor=request.member)
            messages.success(
                request,
                _("%(name)s is a partner now. The invitation is on its way.")
                % {"name": form.cleaned_data["name"]},
            )
            return _next(request, found.program)
    return _one(request, found, approval_form=form)


@require_POST
@requires(MANAGER)
def refusal(request: MemberRequest, pk: str) -> HttpResponse:
    """No, with a reason."""
    found = _found(request, pk)
    form = RefusalForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            decline_application(found.pk, **form.cleaned_data, actor=request.member)
            messages.success(
                request, _("Declined. %(name)s reads the reason by letter.") % {"name": found.name}
            )
            return _next(request, found.program)
    return _one(request, found, refusal_form=form)


@require_POST
@requires(MANAGER)
def approvals(request: MemberRequest) -> HttpResponse:
    """Yes to all that are chosen, in one group, each with a link and code made from its name."""
    program = program_or_404(request)
    try:
        chosen = _group_field(program).clean(request.POST.get("group"))
    except forms.ValidationError:
        raise InvalidInput(_("Choose a group."), field="group") from None

    def approve(found: Application) -> None:
        approve_application(found.pk, group=chosen, actor=request.member)

    number = _answer_chosen(request, program, approve)
    said = ngettext("%(number)d is a partner now.", "%(number)d are partners now.", number)
    messages.success(request, said % {"number": number})
    return redirect("console:applications")


@require_POST
@requires(MANAGER)
def refusals(request: MemberRequest) -> HttpResponse:
    """No to all that are chosen, with one reason."""
    program = program_or_404(request)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(
            _("An application is not declined without a reason."),
            field="because",
            remedy=_("Choose the one that comes closest."),
        )

    def decline(found: Application) -> None:
        decline_application(found.pk, **form.cleaned_data, actor=request.member)

    number = _answer_chosen(request, program, decline)
    said = ngettext("%(number)d declined.", "%(number)d declined.", number)
    messages.success(request, said % {"number": number})
    return redirect("console:applications")


def _answer_chosen(
    request: MemberRequest, program: Program, answer: Callable[[Application], None]
) -> int:
    """Answer those chosen that still wait; each in its own transaction, so that one which cannot
    be answered keeps none of the others waiting."""
    chosen = request.POST.getlist("pk")[:CHOSEN_MAX]
    found = list(waiting_applications(program, request.member).filter(pk__in=chosen))
    if not found:
        raise InvalidInput(_("Choose at least one that waits."), field="pk")
    for one in found:
        answer(one)
    return len(found)


def _found(request: MemberRequest, pk: str) -> Application:
    visible = Application.objects.visible_to(request.member)
    return get_object_or_404(
        visible.select_related("program", "partnership__partner", "decided_by__user"), pk=pk
    )


def _one(
    request: MemberRequest,
    found: Application,
    approval_form: ApprovalForm | None = None,
    refusal_form: RefusalForm | None = None,
) -> HttpResponse:
    before, after = neighbours(found, request.member)
    return render(
        request,
        "console/applications/application.html",
        {
            "application": found,
            "judged": judged(found.program, request.member, [found])[0],
            "before": before,
            "after": after,
            "terms_now": terms_version(first_group(found.program)).number,
            "approval_form": approval_form or _approval_form(found),
            "refusal_form": refusal_form or RefusalForm(),
            "declining": refusal_form is not None,
            "may_change": request.member.may(MANAGER),
            "activities": history(request.member, found.pk),
            "crumbs": [
                (_("Applications"), reverse("console:applications")),
                (found.name, ""),
            ],
        },
        status=status_of(approval_form, refusal_form),
    )


def _approval_form(found: Application) -> ApprovalForm:
    """With a link’s name and a code that are free now."""
    suggested = {
        "name": found.name,
        "slug": free_slug_for(found.name),
        "code": free_code_for(found.name, found.program),
    }
    return ApprovalForm(initial=suggested, program=found.program)


def _group_field(program: Program) -> GroupField:
    field = GroupField()
    field.offer(program)
    return field


def _next(request: MemberRequest, program: Program) -> HttpResponse:
    """To the next that waits; to the list when nobody does."""
    following = waiting_applications(program, request.member).first()
    if following is None:
        return redirect("console:applications")
    return redirect("console:application", following.pk)
