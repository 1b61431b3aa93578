"""Notes about a partner, which only the brand reads."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from handsel.console.views.record import WRITERS, partnership_or_404
from handsel.insights.models import PartnerNote
from handsel.insights.services import remove_note, write_note
from handsel.organizations.access import MemberRequest, requires


@require_POST
@requires(*WRITERS)
def new(request: MemberRequest, pk: str) -> HttpResponse:
    partnership = partnership_or_404(request, pk)
    write_note(partnership, text=request.POST.get("text", ""), actor=request.member)
    return _back(partnership.pk)


@require_POST
@requires(*WRITERS)
def removal(request: MemberRequest, pk: str) -> HttpResponse:
    note = get_object_or_404(PartnerNote.objects.visible_to(request.member), pk=pk)
    remove_note(note.pk, actor=request.member)
    return _back(note.partnership_id)


def _back(partnership_id: str) -> HttpResponse:
    return redirect(f"{reverse('console:partner', args=[partnership_id])}#notes")
