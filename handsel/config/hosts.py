"""The names that the pages answer to: a Host header is whatever somebody wrote into it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.views.defaults import bad_request

from handsel.environment import Environment

THIS_MACHINE = ("localhost", ".localhost", "127.0.0.1", "[::1]")


def allowed_hosts(environment: Environment) -> list[str]:
    """This machine's own names, the public one, and the address it listens on if that is one.

    >>> allowed_hosts(Environment(web_url="https://partners.shop.example", host="10.0.0.7"))[4:]
    ['partners.shop.example', '10.0.0.7']
    """
    public = urlsplit(environment.web_url).hostname or ""
    listens = "" if _is_any(environment.host) else environment.host
    return [*THIS_MACHINE, *(_as_in_header(name) for name in (public, listens) if name)]


def refuse_host(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's page for bad requests; who only came by an unknown name is told the setting."""
    if not isinstance(exception, DisallowedHost):
        return bad_request(request, exception)
    text = _(
        "This server does not answer to this name. Its operator sets HANDSEL_WEB_URL to the"
        " address of the pages, as in your browser."
    )
    return HttpResponseBadRequest(text + "\n", content_type="text/plain; charset=utf-8")


def _is_any(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _as_in_header(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name
