"""Who is asking, as far as we want to know: the address is cut before anything keeps it."""

from binascii import b2a_base64
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from handsel.tracking.http import Request, clean
from handsel.tracking.mac import Mac
from handsel.tracking.salt import DailySalt

Network = IPv4Network | IPv6Network

AGENT_MAX = 500
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
MINUTE_MS = 60_000
DAY_MS = 86_400_000


class BadTrustedProxies(ValueError):
    """TRUSTED_PROXIES is not a list of networks."""


class Address(NamedTuple):
    """The full address, and what may be kept of it. Never to be kept, logged or sent on."""

    full: IPv4Address | IPv6Address
    packed: bytes
    cut: str


class Client(NamedTuple):
    ip: str  # cut to /24 or /48; empty when it is not known
    visitor: str  # the same for one address and browser through one day (UTC)
    agent: str


class Clients:
    """Reads clients from requests. Knows which proxies may speak for others."""

    def __init__(self, salt: DailySalt | None, trusted_proxies: str = "") -> None:
        """`trusted_proxies` as 10.0.0.0/8,fd00::/8. Raises BadTrustedProxies."""
        # Requests in which somebody speaks for another whom nobody trusts to.
        self.forwarded_untrusted = 0
        self._salt = salt
        self._trusted = _networks(trusted_proxies)
        self._minute = -1
        self._day_mac = Mac(b"")

    def read(self, request: Request, at_ms: int) -> Client:
        agent = request.headers.get("user-agent") or ""
        if len(agent) > AGENT_MAX or not agent.isprintable():
            agent = clean(agent, AGENT_MAX)
        address = self.address(request)
        if address is None:
            return Client("", "", agent)
        if self._salt is None:
            return Client(address.cut, "", agent)
        minute = at_ms // MINUTE_MS
        if minute != self._minute:
            self._minute, self._day_mac = minute, Mac(self._salt.of(at_ms // DAY_MS))
        digest = self._day_mac.digest(address.packed + agent.encode())
        visitor = b2a_base64(digest[:15], newline=False).translate(_URL_SAFE).decode("ascii")
        return Client(address.cut, visitor, agent)

    def address(self, request: Request) -> Address | None:
        """The visitor's, by what the proxies say that we trust. None where nobody can read what
        they say: then it is nobody's, and least of all the proxy's own."""
        peer = _parsed(request.peer.rpartition(":")[0])
        if peer is None or not self._trusted or not self._trusts(peer):
            if request.headers.get("x-forwarded-for") is not None:
                self.forwarded_untrusted += 1
            return peer
        # The nearest proxy wrote the last entry: go back until one that is not ours.
        address = peer
        for entry in reversed(_forwarded(request)):
            claimed = _parsed(_without_port(entry.strip()))
            if claimed is None:
                return None
            address = claimed
            if not self._trusts(claimed):
                break
        return address

    def is_internal(self, request: Request) -> bool:
        """Whether the request comes from this machine or its private network, not through
        a proxy that nobody told us about."""
        peer = _parsed(request.peer.rpartition(":")[0])
        if peer is None or (_forwarded(request) and not self._trusts(peer)):
            return False
        address = self.address(request)
        return address is not None and (address.full.is_private or address.full.is_loopback)

    def _trusts(self, address: Address) -> bool:
        return any(address.full in network for network in self._trusted)


def _truncated(address: IPv4Address | IPv6Address) -> str:
    """An address without its last 8 bits (IPv4) or 80 bits (IPv6)."""
    if isinstance(address, IPv4Address):
        bits = int(address)
        return f"{bits >> 24}.{bits >> 16 & 255}.{bits >> 8 & 255}.0"
    return str(IPv6Address(int(address) >> 80 << 80))


@lru_cache(maxsize=4096)
def _parsed(value: str) -> Address | None:
    try:
        full = ip_address(value.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(full, IPv6Address) and full.ipv4_mapped is not None:
        full = full.ipv4_mapped
    return Address(full, full.packed, _truncated(full))


def _forwarded(request: Request) -> list[str]:
    values = request.headers.get_all("x-forwarded-for")
    return ",".join(values).split(",") if values else []


def _without_port(entry: str) -> str:
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise BadTrustedProxies(
            f"TRUSTED_PROXIES: {error}. Write networks as 10.0.0.0/8,fd00::/8."
        ) from error
