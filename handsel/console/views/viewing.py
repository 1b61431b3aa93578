"""Looking at a partnership as its partner sees it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.viewing import ROLES
from handsel.partnerships.models import Partnership
from handsel.partnerships.viewing import begin_viewing, end_viewing


@require_POST
@requires(*ROLES)
def viewing(request: MemberRequest, pk: str) -> HttpResponse:
    """Open the portal as this partner sees it; the partner reads that it was."""
    own = Partnership.objects.visible_to(request.member).filter(
        brand_id=request.member.organization_id
    )
    partnership = get_object_or_404(own, pk=pk)
    reason = request.POST.get("reason", "").strip()
    begin_viewing(request.session, partnership, actor=request.member, reason=reason)
    return redirect("portal:home")


@require_POST
@requires_member
def leaving(request: MemberRequest) -> HttpResponse:
    """Back to the partner's page in the console."""
    viewed = end_viewing(request.session)
    return redirect("console:partner", viewed) if viewed else redirect("console:partners")
