"""Where postbacks may go: to a named host on the internet, by HTTPS, and never inside.

What an address says is judged when it is written and before each call; what its name leads to is
judged in `calling`, at the moment of the call.
"""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult

from django.utils.translation import gettext as _

from handsel.domains.hosts import NotAHost, own_hosts, read_host
from handsel.domains.models import TrackingDomain
from handsel.errors import InvalidInput
from handsel.rows.scope import as_system

PORTS = (443, 8443)
DEFAULT_PORT = 443


class DestinationRefused(InvalidInput):
    """Not a place that we call."""


def hosts_of_ours() -> frozenset[str]:
    """All names on which this installation answers: its pages, its links, and brands' names."""
    with as_system():
        brands = set(TrackingDomain.objects.values_list("host", flat=True))
    return frozenset(own_hosts() | brands)


def read_destination(
    parts: SplitResult, *, allow_private: bool, own_hosts: frozenset[str]
) -> tuple[str, int | None]:
    """Host and port (None: the usual one) of an address. `allow_private`: as in an intranet, where
    hosts may be addresses and ports are of any number.

    Raises DestinationRefused.
    """
    if parts.scheme.lower() != "https":
        raise _refused(_("Postbacks go by https:// only."))
    if "@" in parts.netloc:
        raise _refused(_("The address may not carry a name or password before the host."))
    if any(character in parts.netloc for character in "\\%\t\r\n "):
        raise _refused(_("The name of the host holds a character that none may hold."))
    host = _host(parts, allow_private=allow_private)
    try:
        port = parts.port
    except ValueError:
        raise _refused(_("The port is not a number.")) from None
    if host in own_hosts:
        raise _refused(_("%(host)s is this server itself.") % {"host": host})
    if not allow_private and port not in (None, *PORTS):
        raise _refused(_("Postbacks go to the ports 443 and 8443 only."))
    return host, None if port == DEFAULT_PORT else port


def _host(parts: SplitResult, *, allow_private: bool) -> str:
    name = (parts.hostname or "").rstrip(".")
    if allow_private and (_is_address(name) or name == "localhost"):
        return f"[{name}]" if ":" in name else name
    try:
        host = read_host(f"https://{name}")
    except NotAHost:
        host = ""
    # As browsers have it: what ends in a number is an address, as 127.1 and 0x7f.1 are.
    if not host or re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]):
        raise _refused(
            _("“%(host)s” is not the name of a host on the internet.") % {"host": name[:100]}
        )
    return host


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _refused(message: str) -> DestinationRefused:
    return DestinationRefused(
        message, field="url", remedy=_("Write it as https://tracker.example/in?click={sub1}.")
    )
