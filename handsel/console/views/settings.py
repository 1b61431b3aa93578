"""The organization and its program."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from handsel.console.forms.settings import OrganizationForm, ProgramForm
from handsel.console.frame import program_at_hand, program_or_404
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.organizations.services import change_organization
from handsel.programs.models import Program
from handsel.programs.services import change_program
from handsel.ui.refusals import said_by_form, status_of


def tabs(current: str, member: Member) -> list[tuple[str, str, bool]]:
    """Label, address, and whether the reader is there; only what this member may open."""
    named = {
        "settings": _("Organization and program"),
        "settings-state": _("Pause and end"),
        "settings-payouts": _("Payouts"),
        "settings-page": _("Program page"),
        "domains": _("Tracking domains"),
        "settings-clicks": _("Clicks"),
        "members": _("Members"),
    }
    if member.may(Member.Role.MANAGER):
        named["keys"] = _("API keys")
    if member.may(Member.Role.OWNER):
        named["letters"] = _("Letters")
    return [(label, reverse(f"console:{n}"), n == current) for n, label in named.items()]


@require_http_methods(["GET", "POST"])
@requires_member
def settings(request: MemberRequest) -> HttpResponse:
    """Both forms; this address takes the organization's, which its owner may change."""
    form = _organization_form(request)
    if request.method == "POST":
        return _change_organization(request)
    return _page(request, form, _program_form(request, program_at_hand(request)))


@require_http_methods(["POST"])
@requires(Member.Role.MANAGER)
def program(request: MemberRequest) -> HttpResponse:
    """Take the program's form."""
    changed = program_or_404(request)
    form = ProgramForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            change_program(changed.pk, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Saved. Links know it within a second."))
            return redirect("console:settings")
    return _page(request, _organization_form(request, bound=False), form)


@requires()
def _change_organization(request: MemberRequest) -> HttpResponse:
    form = _organization_form(request)
    if form.is_valid():
        change_organization(
            request.member.organization_id, **form.cleaned_data, actor=request.member
        )
        messages.success(request, _("Saved."))
        return redirect("console:settings")
    return _page(request, form, _program_form(request, program_at_hand(request)))


def _organization_form(request: MemberRequest, *, bound: bool = True) -> OrganizationForm:
    own = request.member.organization
    initial = {"name": own.name, "site_url": own.site_url, "email": own.email}
    return OrganizationForm((request.POST or None) if bound else None, initial=initial)


def _program_form(request: MemberRequest, own: Program | None) -> ProgramForm | None:
    if own is None:
        return None
    return ProgramForm(initial={field: getattr(own, field) for field in ProgramForm.base_fields})


def _page(
    request: MemberRequest, organization: OrganizationForm, own: ProgramForm | None
) -> HttpResponse:
    may_change_organization = request.member.may()
    may_change_program = request.member.may(Member.Role.MANAGER)
    if not may_change_organization:
        _only_to_read(organization)
    if own and not may_change_program:
        _only_to_read(own)
    return render(
        request,
        "console/settings/settings.html",
        {
            "tabs": tabs("settings", request.member),
            "organization_form": organization,
            "program_form": own,
            "may_change_organization": may_change_organization,
            "may_change_program": may_change_program,
        },
        status=status_of(organization, own),
    )


def _only_to_read(form: Form) -> None:
    for field in form.fields.values():
        field.disabled = True
