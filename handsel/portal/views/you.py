"""The reader: how they are addressed, in which language and light, and who works beside them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Invitation, Member
from handsel.organizations.queries import memberships
from handsel.organizations.services import invite_member, revoke_invitation
from handsel.portal.forms.you import NewMember
from handsel.ui.refusals import said_by_form, status_of


@require_GET
@requires_member
def you(request: MemberRequest) -> HttpResponse:
    return _page(request, NewMember())


@require_POST
@requires(Member.Role.OWNER)
def invitation(request: MemberRequest) -> HttpResponse:
    """Let somebody in beside oneself."""
    form = NewMember(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with said_by_form(form):
            invite_member(request.member.organization, **said, actor=request.member)
            messages.success(request, _("The invitation to %(email)s is on its way.") % said)
            return redirect("portal:you")
    return _page(request, form)


@require_POST
@requires(Member.Role.OWNER)
def revocation(request: MemberRequest, pk: str) -> HttpResponse:
    """Take an invitation back that was not accepted yet."""
    found = get_object_or_404(Invitation.objects.visible_to(request.member), pk=pk)
    revoke_invitation(found.pk, actor=request.member)
    return redirect("portal:you")


def _page(request: MemberRequest, form: NewMember) -> HttpResponse:
    members = Member.objects.visible_to(request.member).active().select_related("user")
    invitations = Invitation.objects.visible_to(request.member).filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now()
    )
    context = {
        "form": form,
        "members": members.order_by("created_at", "pk"),
        "invitations": invitations.order_by("created_at"),
        "has_other_work": len(memberships(request.user)) > 1,
        "may_invite": request.member.may(),
    }
    return render(request, "portal/you/you.html", context, status=status_of(form))
