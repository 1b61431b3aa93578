"""From a link to the shop, by way of the disk."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from handsel.tracking.asgi import NO_STORE, HeaderList, Request, Send, clean, respond
from handsel.tracking.click_id import mint
from handsel.tracking.clients import Client, Clients
from handsel.tracking.destinations import cut, deep_link
from handsel.tracking.links import Link, Links
from handsel.tracking.metrics import Metrics
from handsel.tracking.pages import not_found_page
from handsel.tracking.spool import SpoolError, SpoolWriter

SUBS = ("s1", "s2", "s3", "s4", "s5")
SUB_MAX = 100
REFERRER_MAX = 500
LANGUAGE_MAX = 100
QUERY_FIELDS_MAX = 50

# For the judgement of a click's quality, later: hidden loads, prefetches, previews.
FETCH_HEADERS = {
    b"sec-fetch-site": "site",
    b"sec-fetch-mode": "mode",
    b"sec-fetch-dest": "dest",
    b"sec-fetch-user": "user",
    b"sec-purpose": "purpose",
    b"purpose": "purpose",
    b"x-purpose": "purpose",
    b"x-moz": "purpose",
}

_to_json = json.JSONEncoder(separators=(",", ":")).encode
_LOCATION = b"location"
_POLICY = (b"referrer-policy", b"strict-origin-when-cross-origin")
_ROBOTS = (b"x-robots-tag", b"noindex, nofollow")

Query = dict[str, str]


class Redirects:
    def __init__(
        self,
        *,
        click_key: bytes,
        links: Links,
        spool: SpoolWriter,
        clients: Clients,
        metrics: Metrics,
        now_ms: Callable[[], int],
    ) -> None:
        self._click_key = click_key
        self._links = links
        self._spool = spool
        self._clients = clients
        self._metrics = metrics
        self._now_ms = now_ms

    async def answer(self, request: Request, send: Send, slug: str) -> None:
        host = request.headers.get(b"host", b"").partition(b":")[0].decode("latin-1").lower()
        link = await self._links.find(host, slug)
        if link is None or link.disabled:
            await self._unavailable(link, host, request, send)
            return

        visit = Visit(request, link, _query(request.scope["query_string"]))
        visit.target = self._deep_target(visit)
        if request.method == "HEAD":
            await respond(send, 302, _redirect(visit.target or link.url))
            return

        at_ms = self._now_ms()
        click_id = mint(self._click_key, link.number, at_ms)
        body = _click(click_id, at_ms, visit, self._clients.read(request, at_ms))
        try:
            await self._spool.append("click", at_ms, body)
        except SpoolError as error:
            # A visitor is never made to pay for our disk: send them on, uncredited, and count it.
            self._metrics.clicks_unrecorded.labels(error.reason).inc()
            location = visit.target or link.url
        else:
            self._metrics.clicks.inc()
            location = visit.location(click_id)
        await respond(send, 302, _redirect(location))

    def _deep_target(self, visit: "Visit") -> str | None:
        wanted = visit.query.get("to")
        if not wanted:
            return None
        target = deep_link(wanted, visit.link.domains)
        if target is None:
            self._metrics.deep_links_refused.inc()
        return target

    async def _unavailable(
        self, link: Link | None, host: str, request: Request, send: Send
    ) -> None:
        self._metrics.links_unavailable.labels("unknown" if link is None else "disabled").inc()
        fallback = (link and link.fallback_url) or self._links.fallback_url(host)
        if fallback:
            await respond(send, 302, _redirect(fallback))
            return
        page_headers, page = not_found_page(request.text(b"accept-language", LANGUAGE_MAX))
        await respond(send, 404, page_headers, page)


@dataclass(slots=True)
class Visit:
    """A request that found its link. `target` is the page asked for, where that is allowed."""

    request: Request
    link: Link
    query: Query
    target: str | None = None

    def location(self, click_id: str) -> str:
        link = self.link
        head, tail = cut(self.target, link.param) if self.target else (link.head, link.tail)
        return head + click_id + tail


def _click(click_id: str, at_ms: int, visit: Visit, client: Client) -> bytes:
    request, link, query = visit.request, visit.link, visit.query
    click = {
        "id": click_id,
        "link": link.number,
        "at_ms": at_ms,
        "program": link.program,
        "partnership": link.partnership,
        "ip": client.ip,
        "visitor": client.visitor,
        "ua": client.agent,
        "referrer": _page(request.headers.get(b"referer", b"")),
        "lang": request.text(b"accept-language", LANGUAGE_MAX),
        "subs": {sub: clean(query[sub], SUB_MAX) for sub in SUBS if sub in query},
        "fetch": {
            word: request.text(name, SUB_MAX)
            for name, word in FETCH_HEADERS.items()
            if name in request.headers
        },
        "to": visit.target,
    }
    return _to_json(click).encode()


def _redirect(location: str) -> HeaderList:
    return [(_LOCATION, location.encode("ascii")), NO_STORE, _POLICY, _ROBOTS]


def _query(raw: bytes) -> Query:
    """The first value of each field; nothing when there are far too many."""
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("latin-1"), max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _page(referrer: bytes) -> str:
    """Scheme, host and path: the query of a referring page is nobody's business."""
    if not referrer:
        return ""
    try:
        parts = urlsplit(referrer.decode("utf-8", "replace"))
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "android-app") or not host:
        return ""
    return clean(f"{parts.scheme}://{host}{parts.path}", REFERRER_MAX)
