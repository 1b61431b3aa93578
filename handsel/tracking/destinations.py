"""Where a visitor may be sent: a link's own address, or a page of the program's own domains."""

from collections.abc import Collection
from urllib.parse import quote, urlsplit

from ada_url import URL

DEEP_LINK_MAX = 2048

# What browsers read in other ways than parsers do: white space, control characters, backslash.
_AMBIGUOUS = frozenset(map(chr, range(0x21))) | {"\\", "\x7f", "\u2028", "\u2029"}
_PORTS = {"http": 80, "https": 443}
# Kept as they stand: RFC 3986's reserved characters, and percent signs of earlier quoting.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


def cut(url: str, param: str) -> tuple[str, str]:
    """An address in two parts, between which the click id belongs.

    >>> cut("https://shop.example/?a=b#top", "hs_click")
    ('https://shop.example/?a=b&hs_click=', '#top')

    An id that the address already carries, pasted in from someone's visit, is dropped.
    """
    address, mark, fragment = url.partition("#")
    base, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and part.partition("=")[0] != param]
    return f"{base}?{'&'.join([*kept, f'{param}='])}", mark + fragment


def own_address(url: str) -> str | None:
    """A link's own address as a header can carry it, or None when no browser could follow it."""
    host = _host(url)
    return None if host is None else _ascii(url, host)


def own_page(url: str, domains: Collection[str]) -> str | None:
    """The same, where it lies on one of the program's domains; one without a port stands for any.

    Less strict than `deep_link`, for it is the program that says it, not a stranger's address.
    """
    host = _host(url)
    if host is None:
        return None
    places = {host, host.rpartition(":")[0] or host} if host[-1] != "]" else {host}
    if any(_covers(domain.lower(), place) for domain in domains for place in places):
        return _ascii(url, host)
    return None


def deep_link(url: str, domains: Collection[str]) -> str | None:
    """The address asked for by `to=`, if it lies on one of `domains` or a subdomain of one.

    A domain may name a port, as `localhost:8000`; without one only the usual ports are allowed.
    Two parsers must agree on the host, Python's and one that reads as browsers do (WHATWG), and the
    answer is put together from what they read, so that a browser is never handed a spelling of its
    own to interpret.
    """
    if not domains or len(url) > DEEP_LINK_MAX:
        return None
    host = _host(url)
    if host is None or not any(_covers(domain.lower(), host) for domain in domains):
        return None
    return _ascii(url, host)


def _host(url: str) -> str | None:
    """Host and unusual port of an http(s) address, or None when anything about it is odd."""
    if not _AMBIGUOUS.isdisjoint(url):
        return None
    try:
        ours, theirs = urlsplit(url), URL(url)
        host = (ours.hostname or "").encode("idna").decode("ascii")
        port = ours.port
    except ValueError:
        return None
    if ours.scheme not in _PORTS or "@" in ours.netloc or "%" in ours.netloc:
        return None
    if not host or host.endswith(".") or ".." in host:
        return None
    bracketed = f"[{host}]" if ":" in host else host
    unusual_port = "" if port in (None, _PORTS[ours.scheme]) else str(port)
    if (f"{ours.scheme}:", bracketed, unusual_port) != (
        theirs.protocol,
        theirs.hostname,
        theirs.port,
    ):
        return None
    return f"{bracketed}:{unusual_port}" if unusual_port else bracketed


def _covers(domain: str, host: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and "." in domain)


def _ascii(url: str, host: str) -> str:
    parts = urlsplit(url)
    path = "/" + quote(parts.path.removeprefix("/"), safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_SAFE)}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{path}{query}{fragment}"
