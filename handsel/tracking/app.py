"""The click path as one plain application, configured in its constructor.

GET /{slug}, /r/{slug}          to the shop, once the click is on disk
GET /s.js   POST /e             the script for shops' pages, and its beacons
POST /visit                     a click on the shop's own page, told by the script
GET /i/{slug}.gif               an impression of a link
GET /pixel.gif                  a conversion as a picture
GET, POST /postback/{program}   a conversion from a shop's server
GET /healthz /readyz /metrics   for operators

Granian serves it by RSGI, which hands over a request as one object and takes an answer in one call.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import structlog

from handsel import clock
from handsel.tracking.clients import Clients
from handsel.tracking.http import NO_STORE, PLAIN, Request, Response, refusal
from handsel.tracking.impressions import PREFIX as IMPRESSIONS
from handsel.tracking.impressions import SUFFIX, Impressions
from handsel.tracking.inbound import Inbound
from handsel.tracking.keys import Keys
from handsel.tracking.links import Links
from handsel.tracking.metrics import CONTENT_TYPE, Metrics
from handsel.tracking.redirects import Judges, Redirects
from handsel.tracking.salt import DailySalt
from handsel.tracking.script import Script
from handsel.tracking.spool import SpoolWriter
from handsel.tracking.visits import Visits
from handsel.tracking.wellknown import PATH as WELL_KNOWN
from handsel.tracking.wellknown import Identity

log = structlog.get_logger("handsel.tracking")

PREFIX = "/r/"
POSTBACK = "/postback/"
# Names that no link may take.
RESERVED_SLUGS = frozenset(
    {
        "r",
        "e",
        "i",
        "visit",
        "s.js",
        "pixel.gif",
        "postback",
        "metrics",
        "healthz",
        "readyz",
        "robots.txt",
        "favicon.ico",
        ".well-known",
    }
)

Answer = Callable[[Request], Awaitable[Response]]
Methods = tuple[str, ...]

_READING = ("GET", "HEAD")
_SENDING = ("POST", "OPTIONS")


class TrackingApp:
    def __init__(
        self,
        *,
        keys: Keys,
        salt: DailySalt,
        links: Links,
        spool: SpoolWriter,
        judges: Judges,
        trusted_proxies: str = "",
        now_ms: Callable[[], int] = clock.now_ms,
    ) -> None:
        """Raises BadTrustedProxies."""
        self.metrics = Metrics()
        self._links = links
        self._spool = spool
        self._clients = Clients(salt, trusted_proxies)
        self._redirects = Redirects(
            click_key=keys.click,
            links=links,
            spool=spool,
            clients=self._clients,
            judges=judges,
            metrics=self.metrics,
            now_ms=now_ms,
        )
        self._inbound = Inbound(
            links=links, spool=spool, clients=self._clients, metrics=self.metrics, now_ms=now_ms
        )
        self._impressions = Impressions(
            links=links, spool=spool, clients=self._clients, metrics=self.metrics, now_ms=now_ms
        )
        visits = Visits(
            click_key=keys.click,
            links=links,
            spool=spool,
            clients=self._clients,
            metrics=self.metrics,
            now_ms=now_ms,
        )
        self._routes: dict[str, tuple[Methods, Answer]] = {
            "/s.js": (_READING, Script().answer),
            "/e": (_SENDING, self._inbound.script),
            "/visit": (_SENDING, visits.answer),
            "/pixel.gif": (_READING, self._inbound.pixel),
            "/healthz": (_READING, self._healthz),
            "/readyz": (_READING, self._readyz),
            "/metrics": (_READING, self._metrics),
            "/robots.txt": (_READING, self._robots),
            "/favicon.ico": (_READING, self._no_icon),
            WELL_KNOWN: (_READING, Identity(keys.click).answer),
        }

    def answer(self, request: Request) -> Awaitable[Response]:
        """No coroutine of its own: a click is made of as few as will do."""
        path = request.path
        route = self._routes.get(path)
        if route is not None:
            methods, answer = route
            return answer(request) if request.method in methods else _not_allowed(methods)
        if path.startswith(POSTBACK) and request.method in ("GET", "POST"):
            return self._inbound.postback(request, path.removeprefix(POSTBACK))
        if request.method not in _READING:
            return _not_allowed(_READING)
        if path.startswith(IMPRESSIONS) and path.endswith(SUFFIX):
            slug = path.removeprefix(IMPRESSIONS).removesuffix(SUFFIX)
            return self._impressions.answer(request, slug)
        slug = path.removeprefix(PREFIX) if path.startswith(PREFIX) else path[1:]
        return self._redirects.answer(request, slug)

    async def start(self) -> None:
        self._links.start()
        self._spool.start()

    async def stop(self) -> None:
        """Answer those who wait, once what they brought is on disk."""
        await self._spool.close()
        await self._links.close()
        log.info("tracking stopped", spool=self._spool.id)

    # As Granian calls it (RSGI 1.6) ---------------------------------------------------------

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        answer = await self.answer(
            Request(
                scope.method, scope.path, scope.query_string, scope.client, scope.headers, protocol
            )
        )
        if answer.body:
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            protocol.response_empty(answer.status, answer.headers)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.start())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.stop())

    # For operators --------------------------------------------------------------------------

    async def _healthz(self, request: Request) -> Response:
        return Response(200, [PLAIN, NO_STORE], b"ok\n")

    async def _readyz(self, request: Request) -> Response:
        problems = []
        if self._spool.failure is not None:
            problems.append(f"spool: {self._spool.failure.reason}")
        if not self._links.is_loaded:
            problems.append("links: never loaded")
        body = "\n".join(problems or ["ok"]).encode() + b"\n"
        return Response(503 if problems else 200, [PLAIN, NO_STORE], body)

    async def _metrics(self, request: Request) -> Response:
        """For the operator's own network: to everyone else there is no such page."""
        if not self._clients.is_internal(request):
            return refusal(404, "Not found.")
        metrics, synced_at = self.metrics, self._links.synced_at
        metrics.forwarded_untrusted.count = self._clients.forwarded_untrusted
        metrics.spool_events.set(self._spool.events_total)
        metrics.spool_groups.set(self._spool.groups_total)
        metrics.spool_failing.set(self._spool.failure is not None)
        metrics.links_known.set(self._links.count())
        metrics.links_cursor.set(self._links.cursor)
        metrics.links_age.set(-1 if synced_at is None else monotonic() - synced_at)
        return Response(200, [("content-type", CONTENT_TYPE), NO_STORE], metrics.render())

    async def _robots(self, request: Request) -> Response:
        return Response(200, [PLAIN], b"User-agent: *\nDisallow: /\n")

    async def _no_icon(self, request: Request) -> Response:
        return Response(404, [("cache-control", "public, max-age=86400")])


async def _not_allowed(methods: Methods) -> Response:
    allowed = ", ".join(methods)
    return refusal(405, f"This address takes {allowed}.", headers=[("allow", allowed)])
