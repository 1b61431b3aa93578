"""From a link to the shop, by way of the disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from handsel.tracking.click_id import mint
from handsel.tracking.clients import Client, Clients
from handsel.tracking.destinations import cut, deep_link
from handsel.tracking.http import NO_STORE, HeaderList, Request, Response, clean
from handsel.tracking.links import Link, Links
from handsel.tracking.metrics import Metrics
from handsel.tracking.pages import not_found_page
from handsel.tracking.routing import Choice, Dest, choose
from handsel.tracking.spool import SpoolError, SpoolWriter
from handsel.tracking.subs import SUB_MAX, subs_of

REFERRER_MAX = 500
REFERRER_READ = 1000
LANGUAGE_MAX = 100
QUERY_FIELDS_MAX = 50

# For the judgement of a click's quality, later: hidden loads, prefetches, previews.
FETCH_HEADERS = (
    ("sec-fetch-site", "site"),
    ("sec-fetch-mode", "mode"),
    ("sec-fetch-dest", "dest"),
    ("sec-fetch-user", "user"),
    ("sec-purpose", "purpose"),
    ("purpose", "purpose"),
    ("x-purpose", "purpose"),
    ("x-moz", "purpose"),
)

_POLICY = ("referrer-policy", "strict-origin-when-cross-origin")
_ROBOTS = ("x-robots-tag", "noindex, nofollow")
_NO_SUBS: Mapping[str, str] = {}

Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Judges:
    """What routing may ask of a visitor: country by address, kind of device by User-Agent."""

    country_of: Callable[[str], str]
    device_of: Callable[[str], str]


class Redirects:
    def __init__(
        self,
        *,
        click_key: bytes,
        links: Links,
        spool: SpoolWriter,
        clients: Clients,
        judges: Judges,
        metrics: Metrics,
        now_ms: Callable[[], int],
    ) -> None:
        self._click_key = click_key
        self._links = links
        self._spool = spool
        self._clients = clients
        self._judges = judges
        self._metrics = metrics
        self._now_ms = now_ms

    async def answer(self, request: Request, slug: str) -> Response:
        host = (request.headers.get("host") or "").partition(":")[0].lower()
        link = self._links.known(host, slug) or await self._links.find(host, slug)
        if link is None or link.disabled:
            return self._unavailable(link, host, request)

        at_ms = self._now_ms()
        client = self._clients.read(request, at_ms)
        query = _query(request.query) if request.query else {}
        subs = subs_of(query, link.subs) if query or link.subs else _NO_SUBS
        target = self._deep_target(query["to"], link) if query.get("to") else None
        if link.routing is None:
            choice = _plain(link, target)
        else:
            language = request.text("accept-language", LANGUAGE_MAX)
            visit = Visit(
                at_ms=at_ms,
                client=client,
                language=language,
                subs=subs,
                target=target,
                judges=self._judges,
            )
            routed = choose(link, visit)
            if routed is None:
                return self._unavailable(link, host, request)
            choice = routed
        if request.method == "HEAD":
            return _redirect(choice.url)
        click_id = mint(self._click_key, link.number, at_ms)
        body = _click(click_id, at_ms, link, client, request)
        if subs:
            body["subs"] = subs
        if target is not None:
            body["to"] = target
        if choice.dest is not None:
            body["dest"] = choice.dest
        try:
            await self._spool.append("click", at_ms, body)
        except SpoolError as error:
            # A visitor is never made to pay for our disk: send them on, uncredited, and count it.
            self._metrics.clicks_unrecorded.labels(error.reason).inc()
            return _redirect(choice.url)
        self._metrics.clicks.inc()
        return _redirect(choice.head + click_id + choice.tail)

    def _deep_target(self, wanted: str, link: Link) -> str | None:
        target = deep_link(wanted, link.domains)
        if target is None:
            self._metrics.deep_links_refused.inc()
        return target

    def _unavailable(self, link: Link | None, host: str, request: Request) -> Response:
        self._metrics.links_unavailable.labels("unknown" if link is None else "disabled").inc()
        fallback = (link and link.fallback_url) or self._links.fallback_url(host)
        if fallback:
            return _redirect(fallback)
        return not_found_page(request.text("accept-language", LANGUAGE_MAX))


class Visit:
    """A visit as routing asks of it: country and device only when a rule wants them."""

    __slots__ = ("_client", "_judges", "at_ms", "language", "subs", "target", "visitor")

    def __init__(
        self,
        *,
        at_ms: int,
        client: Client,
        language: str,
        subs: Mapping[str, str],
        target: str | None,
        judges: Judges,
    ) -> None:
        self.at_ms = at_ms
        self.visitor = client.visitor
        self.language = language
        self.subs = subs
        self.target = target
        self._client = client
        self._judges = judges

    def country(self) -> str:
        return self._judges.country_of(self._client.ip)

    def device(self) -> str:
        return self._judges.device_of(self._client.agent)


def _plain(link: Link, target: str | None) -> Choice:
    if target is None:
        return link.choice
    head, tail = cut(target, link.param)
    no_dest: Dest | None = None
    return Choice(target, no_dest, head, tail)


def _click(
    click_id: str, at_ms: int, link: Link, client: Client, request: Request
) -> dict[str, Any]:
    """What is known of a click at its time, without what is empty."""
    get = request.headers.get
    click: dict[str, Any] = {
        "id": click_id,
        "link": link.number,
        "partnership": link.partnership,
        "at_ms": at_ms,
        "ip": client.ip,
        "visitor": client.visitor,
        "ua": client.agent,
    }
    if referrer := get("referer"):
        click["referrer"] = page_of(referrer)
    if language := get("accept-language"):
        click["lang"] = language[:LANGUAGE_MAX]
    if fetch := fetch_metadata(request):
        click["fetch"] = fetch
    return click


def fetch_metadata(request: Request) -> dict[str, str]:
    """What a browser says of why it asks (W3C Fetch Metadata, and its forerunners)."""
    get = request.headers.get
    said = {}
    for name, word in FETCH_HEADERS:
        value = get(name)
        if value is not None:
            said[word] = value[:SUB_MAX]
    return said


def _redirect(location: str) -> Response:
    headers: HeaderList = [("location", location), NO_STORE, _POLICY, _ROBOTS]
    return Response(302, headers)


def _query(raw: str) -> Query:
    """The first value of each field; nothing when there are far too many."""
    try:
        pairs = parse_qsl(raw, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def page_of(referrer: str) -> str:
    """Scheme, host and path: the query of a referring page is nobody's business."""
    # Cut first: what is remembered may not be as long as a header.
    return _page_of(referrer[:REFERRER_READ])


@lru_cache(maxsize=4096)
def _page_of(referrer: str) -> str:
    try:
        parts = urlsplit(referrer)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "android-app") or not host:
        return ""
    return clean(f"{parts.scheme}://{host}{parts.path}", REFERRER_MAX)
