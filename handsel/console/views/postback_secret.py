"""The secret that postbacks are signed with: a new one, and the end of the one before it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handsel.console.forms.tracking import SecretForm
from handsel.console.frame import program_or_404
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.programs.services import end_old_secret, replace_postback_secret


@require_POST
@requires(Member.Role.MANAGER)
def secret(request: MemberRequest) -> HttpResponse:
    """A new secret; the old one stays good for as long as was chosen."""
    form = SecretForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(
            _("Choose how long the old secret stays good."),
            field="keep_hours",
            remedy=_("Take one of the times in the list."),
        )
    program = program_or_404(request)
    replace_postback_secret(program.pk, **form.cleaned_data, actor=request.member)
    messages.success(request, _("The secret is new. Give it to whoever sends postbacks."))
    return redirect("console:tracking")


@require_POST
@requires(Member.Role.MANAGER)
def end(request: MemberRequest) -> HttpResponse:
    """Refuse the old one from now on."""
    end_old_secret(program_or_404(request).pk, actor=request.member)
    messages.success(request, _("Only the new secret is good now."))
    return redirect("console:tracking")
