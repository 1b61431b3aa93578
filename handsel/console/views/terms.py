"""The terms that newcomers get, group by group, in figures and in words."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from handsel.console.forms.offers import with_figures
from handsel.console.frame import program_or_404
from handsel.console.groups import groups_of
from handsel.console.periods import period_until_today
from handsel.engine.terms import Clause, Terms, sentences
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.partnerships.history import group_steps
from handsel.programs.forms import TermsForm, initial_of
from handsel.programs.models import Group
from handsel.programs.queries import terms_of
from handsel.programs.services import change_group_terms
from handsel.ui.moments import period_text
from handsel.ui.refusals import said_by_form, status_of


@require_GET
@requires_member
def groups(request: MemberRequest) -> HttpResponse:
    """Every group with its terms in words, and what its partners brought."""
    program = program_or_404(request)
    period = period_until_today("90")
    return render(
        request,
        "console/terms/groups.html",
        {
            "rows": groups_of(program, request.member, period),
            "dates": period_text(period.first, period.last),
            "currency": program.currency,
            "may_change": request.member.may(Member.Role.MANAGER),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def group(request: MemberRequest, pk: str) -> HttpResponse:
    """Other terms for who joins from now on; agreements that exist keep theirs."""
    chosen = _group(request, pk)
    form = _form(request, chosen)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            reason = request.POST.get("reason", "")[:500]
            change_group_terms(chosen.pk, _terms(form, chosen), actor=request.member, reason=reason)
            messages.success(request, _("Partners who join from now on get these terms."))
            return redirect("console:group-offers", chosen.pk)
    return render(
        request,
        "console/terms/group.html",
        {
            "group": chosen,
            "form": form,
            "clauses": _clauses(form, chosen),
            "currency": chosen.program.currency,
            "versions": group_steps(chosen),
            "crumbs": [(_("Groups"), reverse("console:terms")), (chosen.name, "")],
        },
        status=status_of(form),
    )


@require_http_methods(["POST"])
@requires(Member.Role.MANAGER)
def words(request: MemberRequest, pk: str) -> HttpResponse:
    """The clauses of what stands in the form, as it is being written."""
    chosen = _group(request, pk)
    form = _form(request, chosen)
    clauses = sentences(_terms(form, chosen)) if form.is_valid() else []
    return render(
        request,
        "console/terms/_clauses.html",
        {"clauses": clauses, "currency": chosen.program.currency},
    )


def _group(request: MemberRequest, pk: str) -> Group:
    visible = Group.objects.visible_to(request.member).select_related("program")
    return get_object_or_404(visible, pk=pk)


def _form(request: MemberRequest, group: Group) -> TermsForm:
    return TermsForm(
        request.POST or None,
        initial=initial_of(terms_of(group)),
        currency=group.program.currency,
    )


def _clauses(form: TermsForm, group: Group) -> list[Clause]:
    return sentences(_terms(form, group) if form.is_bound and form.is_valid() else terms_of(group))


def _terms(form: TermsForm, group: Group) -> Terms:
    """The group's terms with the figures of the form; what the form does not show stays."""
    return with_figures(terms_of(group), form.cleaned_data)
