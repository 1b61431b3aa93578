from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handsel.organizations.models import Member
from handsel.organizations.queries import memberships
from handsel.organizations.services import is_set_up
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program


def home(request: HttpRequest) -> HttpResponse:
    """To where the reader works; a stranger to the sign-in, or to the first steps."""
    if not request.user.is_authenticated:
        if not is_set_up():
            return render(request, "public/start/waiting.html")
        return redirect("account_login")
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return render(request, "public/no_organization.html", status=403)
    return redirect(landing(member))


def landing(member: Member) -> str:
    """The page a member begins at: a partner's is the portal, everybody else's the console."""
    if Program.objects.visible_to(member).exists():
        return "console:overview"
    is_partner = Partnership.objects.filter(partner_id=member.organization_id).exists()
    return "portal:home" if is_partner else "console:overview"


@login_required
def organization(request: HttpRequest) -> HttpResponse:
    """The organizations somebody works for; POST `organization` turns to one of them."""
    mine = memberships(request.user)
    if request.method != "POST":
        return render(request, "public/organizations.html", {"memberships": mine})
    chosen = request.POST.get("organization")
    if chosen not in {member.organization_id for member in mine}:
        raise Http404
    request.session["organization_id"] = chosen
    return redirect("home")
