from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from handsel.organizations.access import MemberRequest, requires_member
from handsel.programs.models import Program


@require_GET
@requires_member
def choice(request: MemberRequest, pk: str) -> HttpResponse:
    """Turn to another program of the brand, for this session."""
    chosen = get_object_or_404(Program.objects.visible_to(request.member), pk=pk)
    request.session["program_id"] = chosen.pk
    return redirect("console:overview")
