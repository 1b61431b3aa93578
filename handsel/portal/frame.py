"""The frame around every page of the portal: where a partner can go."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.organizations.models import Member
from handsel.ui.navigation import Entry, Section, Viewer, mark_current


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: the portal's frame for pages under /portal/, nothing elsewhere."""
    member: Member | None = getattr(request, "member", None)
    match = request.resolver_match
    if member is None or match is None or match.app_name != "portal":
        return {}
    places = (
        Entry(pgettext_lazy("navigation", "Home"), reverse("portal:home"), "house"),
        Entry(_("Links"), reverse("portal:links"), "link"),
        Entry(_("Earnings"), reverse("portal:earnings"), "coins"),
        Entry(pgettext_lazy("navigation", "You"), reverse("portal:you"), "user"),
    )
    return {
        "navigation": mark_current([Section(places)], request.path),
        "viewer": Viewer(
            name=str(member.user),
            email=member.user.email,
            side="partner",
            sign_out_url=reverse("account_logout"),
            settings_url=reverse("portal:you"),
        ),
        "home_url": reverse("portal:home"),
    }
