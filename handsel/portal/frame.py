"""The frame around every page of the portal: where a partner can go."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.organizations.viewing import Reader, Viewing
from handsel.ui.navigation import Entry, Section, Viewer, mark_current


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: the portal's frame for pages under /portal/, nothing elsewhere."""
    reader: Reader | None = getattr(request, "member", None)
    match = request.resolver_match
    if reader is None or match is None or match.app_name != "portal":
        return {}
    places = (
        Entry(pgettext_lazy("navigation", "Home"), reverse("portal:home"), "house"),
        Entry(_("Links"), reverse("portal:links"), "link"),
        Entry(_("Earnings"), reverse("portal:earnings"), "coins"),
        Entry(_("Agreements"), reverse("portal:agreements"), "handshake"),
    )
    you = Entry(pgettext_lazy("navigation", "You"), reverse("portal:you"), "user")
    viewing = reader if isinstance(reader, Viewing) else None
    return {
        "navigation": mark_current([Section(places if viewing else (*places, you))], request.path),
        "viewer": _viewer(reader),
        "viewing": viewing,
        "home_url": reverse("portal:home"),
    }


def _viewer(reader: Reader) -> Viewer:
    """Who is signed in; a brand that looks on stays itself."""
    is_viewing = isinstance(reader, Viewing)
    user = reader.by.user if isinstance(reader, Viewing) else reader.user
    return Viewer(
        name=str(user),
        email=user.email,
        side="brand" if is_viewing else "partner",
        sign_out_url=reverse("account_logout"),
        settings_url="" if is_viewing else reverse("portal:you"),
    )
