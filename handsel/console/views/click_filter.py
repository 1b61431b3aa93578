"""What the program at hand does with suspicious clicks, and what that came to lately."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from handsel.clicks.filtered import DAYS, filtered_by_reason
from handsel.console.forms.settings import ClickFilterForm
from handsel.console.frame import program_or_404
from handsel.console.views.settings import tabs
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.programs.services import CLICK_FILTER, change_click_filter
from handsel.ui.refusals import said_by_form, status_of


@require_http_methods(["GET", "POST"])
@requires_member
def clicks(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _change(request)
    program = program_or_404(request)
    initial = {field: getattr(program, field) for field in CLICK_FILTER}
    return _page(request, ClickFilterForm(initial=initial))


@requires(Member.Role.MANAGER)
def _change(request: MemberRequest) -> HttpResponse:
    form = ClickFilterForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            change_click_filter(
                program_or_404(request).pk, **form.cleaned_data, actor=request.member
            )
            messages.success(request, _("Saved. It holds for clicks from now on."))
            return redirect("console:settings-clicks")
    return _page(request, form)


def _page(request: MemberRequest, form: ClickFilterForm) -> HttpResponse:
    may_change = request.member.may(Member.Role.MANAGER)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    program = program_or_404(request)
    context = {
        "tabs": tabs("settings-clicks", request.member),
        "form": form,
        "may_change": may_change,
        "filtered": filtered_by_reason(request.member, program_id=program.pk),
        "days": DAYS,
    }
    return render(request, "console/settings/clicks.html", context, status=status_of(form))
