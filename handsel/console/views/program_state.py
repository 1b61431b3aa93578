"""The program as a whole: resting, going on, ending."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.console.forms.offers import ProgramEndingForm
from handsel.console.frame import program_or_404
from handsel.console.views.settings import tabs
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.partnerships.closing import (
    earliest_end,
    end_program,
    ending_of_program,
    keep_program,
)
from handsel.partnerships.models import Partnership
from handsel.partnerships.tasks import wake_worker
from handsel.programs.pausing import pause_program, resume_program
from handsel.ui.refusals import said_by_form, status_of


@require_GET
@requires_member
def state(request: MemberRequest) -> HttpResponse:
    """How it is, what pausing and ending would do, and how far the letters are."""
    return _page(request, ProgramEndingForm())


@require_POST
@requires(Member.Role.MANAGER)
def change(request: MemberRequest) -> HttpResponse:
    """Pause, resume, or take an announced end back."""
    program = program_or_404(request)
    match request.POST.get("to"):
        case "paused":
            pause_program(program.pk, actor=request.member, reason=request.POST.get("reason", ""))
            messages.success(request, _("Paused. Nothing new is earned until you resume it."))
        case "active":
            resume_program(program.pk, actor=request.member)
            messages.success(request, _("It goes on."))
        case "kept":
            keep_program(program.pk, actor=request.member)
            messages.success(request, _("Taken back. The program goes on."))
        case _:
            raise InvalidInput(_("Choose what is to happen."), field="to")
    return redirect("console:settings-state")


@require_POST
@requires(Member.Role.OWNER)
def ending(request: MemberRequest) -> HttpResponse:
    """Announce the end of the whole program; the worker tells every partner."""
    program = program_or_404(request)
    form = ProgramEndingForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            said = form.cleaned_data
            end_program(
                program.pk, ends_at=form.ends_at(), reason=said["reason"], actor=request.member
            )
            wake_worker()
            messages.success(request, _("Announced. Every partner gets a letter."))
            return redirect("console:settings-state")
    return _page(request, form)


def _page(request: MemberRequest, form: ProgramEndingForm) -> HttpResponse:
    program = program_or_404(request)
    going_on = Partnership.objects.visible_to(request.member).filter(program=program).going_on()
    return render(
        request,
        "console/settings/state.html",
        {
            "tabs": tabs("settings-state", request.member),
            "form": form,
            "pause": program.pauses.filter(ended_at=None).first(),
            "announced": ending_of_program(program),
            "earliest": earliest_end(program),
            "partners": going_on.count(),
            "leads_to": program.fallback_url or program.site_url,
            "may_change": request.member.may(Member.Role.MANAGER),
            "may_end": request.member.may(Member.Role.OWNER),
        },
        status=status_of(form),
    )
