from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from handsel.organizations.models import Invitation, User
from handsel.organizations.services import InvitationNotOpen, accept_invitation, open_invitation
from handsel.public.forms.invitations import NewcomerForm
from handsel.public.guessing import know_browser
from handsel.ui.refusals import status_of

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join an organization: as who is signed in, or as somebody new.

    Who is known here signs in first; what belongs to another person is not for this one.
    """
    try:
        found = open_invitation(token)
    except InvitationNotOpen as refusal:
        return render(request, "public/closed.html", {"error": refusal}, status=refusal.status)
    if request.user.is_authenticated:
        return _as_known(request, token, found)
    if User.objects.filter(email__iexact=found.email).exists():
        return render(request, "public/invitation.html", {"invitation": found, "known": True})
    return _as_newcomer(request, token, found)


def _as_known(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    user = request.user
    assert user.is_authenticated
    mine = user.email.casefold() == found.email.casefold()
    if request.method != "POST" or not mine:
        return render(request, "public/invitation.html", {"invitation": found, "mine": mine})
    member = accept_invitation(token, user=user)
    request.session["organization_id"] = member.organization_id
    return redirect("home")


def _as_newcomer(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = NewcomerForm(request.POST or None, email=found.email)
    if not form.is_valid():
        words = {"invitation": found, "form": form}
        return render(request, "public/invitation.html", words, status=status_of(form))
    member = accept_invitation(token, **form.cleaned_data, language=get_language() or "en")
    login(request, member.user, backend=BACKEND)
    request.session["organization_id"] = member.organization_id
    answer = redirect("home")
    know_browser(request, answer, member.user.email)
    return answer
