"""Who works here, and who is asked to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from handsel.console.forms.settings import InvitationForm
from handsel.console.views.settings import tabs
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Invitation, Member
from handsel.organizations.services import (
    change_role,
    disable_member,
    invite_member,
    revoke_invitation,
)
from handsel.ui.refusals import said_by_form, status_of


@require_http_methods(["GET", "POST"])
@requires_member
def members(request: MemberRequest) -> HttpResponse:
    """Members with their roles, open invitations, and a new one."""
    form = InvitationForm(request.POST or None, initial={"role": Member.Role.MANAGER})
    if request.method == "POST":
        return _invite(request, form)
    return _page(request, form)


@requires()
def _invite(request: MemberRequest, form: InvitationForm) -> HttpResponse:
    if form.is_valid():
        with said_by_form(form):
            invite_member(request.member.organization, **form.cleaned_data, actor=request.member)
            messages.success(request, _("The invitation is on its way."))
            return redirect("console:members")
    return _page(request, form)


@require_POST
@requires()
def role(request: MemberRequest, pk: str) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(Member.objects.visible_to(request.member), pk=pk)
    change_role(member.pk, request.POST.get("role", ""), actor=request.member)
    return redirect("console:members")


@require_POST
@requires()
def disabling(request: MemberRequest, pk: str) -> HttpResponse:
    """Shut a member out; what they did stays theirs."""
    member = get_object_or_404(Member.objects.visible_to(request.member), pk=pk)
    disable_member(member.pk, actor=request.member, reason=request.POST.get("reason", ""))
    return redirect("console:members")


@require_POST
@requires()
def invitation_revocation(request: MemberRequest, pk: str) -> HttpResponse:
    """Take an open invitation back."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.member), pk=pk)
    revoke_invitation(invitation.pk, actor=request.member)
    return redirect("console:members")


def _page(request: MemberRequest, form: InvitationForm) -> HttpResponse:
    rows = Member.objects.visible_to(request.member).select_related("user").order_by("created_at")
    invitations = Invitation.objects.visible_to(request.member).filter(
        accepted_at=None, revoked_at=None
    )
    return render(
        request,
        "console/settings/members.html",
        {
            "tabs": tabs("members", request.member),
            "members": rows,
            "invitations": [i for i in invitations.order_by("-created_at") if i.is_open()],
            "form": form,
            "roles": Member.Role.choices,
            "may_change": request.member.may(),
        },
        status=status_of(form),
    )
