from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from handsel.organizations.services import choose_language

THEME_DAYS = 365


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Django's own view, and the person's choice kept for other browsers and for letters."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(request.user, chosen)
    return set_language(request)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """`light`, `dark`, or empty for whatever the system says; a cookie, as the script's is."""
    back = request.POST.get("next", "")
    secure = request.is_secure()
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=secure)
    # Without a slash `redirect` would take it for the name of a page.
    response = redirect(back if safe and "/" in back else "home")
    chosen = request.POST.get("theme")
    if chosen in {"light", "dark"}:
        max_age = THEME_DAYS * 24 * 60 * 60
        response.set_cookie("theme", chosen, max_age=max_age, samesite="Lax", secure=secure)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
