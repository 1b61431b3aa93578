"""Names of hosts: as people write them, as machines compare them, and whose they are."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from handsel.environment import environment
from handsel.errors import InvalidInput
from handsel.programs.suffixes import is_public_suffix, suffixes

HOST_MAX = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NotAHost(InvalidInput):
    """Not the name of a host, or not one on which links can answer."""


def read_host(text: str) -> str:
    """A host as it stands in a Host header: small letters, punycode, no port.

    >>> read_host("https://Go.Blåbær.example/")
    'go.xn--blbr-roah.example'

    Raises NotAHost.
    """
    text = text.strip()
    try:
        url = httpx.URL(text if "://" in text else f"https://{text}")
        host, port = url.raw_host.decode("ascii").rstrip("."), url.port
    except (httpx.InvalidURL, UnicodeError):
        host, port = "", None
    if port is not None:
        raise NotAHost(
            _("“%(host)s” has a port.") % {"host": text[:HOST_MAX]},
            field="host",
            remedy=_("Leave it out: links answer on the usual one."),
        )
    labels = host.split(".")
    named = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    if not named or len(host) > HOST_MAX or _is_address(host) or labels[-1] == "localhost":
        raise NotAHost(
            _("“%(host)s” is not the name of a host.") % {"host": text[:HOST_MAX]},
            field="host",
            remedy=_("Write it as go.shop.example, without path."),
        )
    return host


def refuse_unusable(host: str) -> None:
    """Raises NotAHost for a name that is this server's own, or that nobody can own."""
    if host in own_hosts():
        raise NotAHost(
            _("%(host)s is this server’s own name.") % {"host": host},
            field="host",
            remedy=_("Choose a name below your shop’s domain, as go.shop.example."),
        )
    if is_public_suffix(host):
        raise NotAHost(
            _("%(host)s belongs to nobody: names are registered below it.") % {"host": host},
            field="host",
            remedy=_("Choose a name below your shop’s domain, as go.shop.example."),
        )


def own_hosts() -> set[str]:
    """What this server is called: its pages, and the links that all brands share."""
    addresses = (environment().pages_url, environment().links_url)
    return {urlsplit(address).hostname or "" for address in addresses}


def registered_part(host: str) -> str:
    """The part that somebody has registered.

    >>> registered_part("go.shop.co.uk")
    'shop.co.uk'
    """
    return str(suffixes().privatesuffix(host) or host)


def shown(host: str) -> str:
    """A host as people read it.

    >>> shown("go.xn--blbr-roah.example")
    'go.blåbær.example'
    """
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
