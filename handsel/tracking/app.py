"""The click path as one plain ASGI callable, configured in its constructor.

GET /{slug}, /r/{slug}          to the shop, once the click is on disk
GET /s.js   POST /e             the script for shops' pages, and its beacons
GET /pixel.gif                  a conversion as a picture
GET, POST /postback/{program}   a conversion from a shop's server
GET /healthz /readyz /metrics   for operators
"""

from collections.abc import Callable
from time import monotonic

import structlog

from handsel import clock
from handsel.tracking.asgi import NO_STORE, Receive, Request, Scope, Send, refuse, respond
from handsel.tracking.clients import Clients
from handsel.tracking.inbound import Inbound
from handsel.tracking.keys import Keys
from handsel.tracking.links import Links
from handsel.tracking.metrics import CONTENT_TYPE, Metrics
from handsel.tracking.redirects import Redirects
from handsel.tracking.script import Script
from handsel.tracking.spool import SpoolWriter

log = structlog.get_logger("handsel.tracking")

PREFIX = "/r/"
POSTBACK = "/postback/"
# Names that no link may take.
RESERVED_SLUGS = frozenset(
    {
        "r",
        "e",
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

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_READING = ("GET", "HEAD")


class TrackingApp:
    def __init__(
        self,
        *,
        keys: Keys,
        links: Links,
        spool: SpoolWriter,
        trusted_proxies: str = "",
        now_ms: Callable[[], int] = clock.now_ms,
    ) -> None:
        """Raises BadTrustedProxies."""
        self.metrics = Metrics()
        self._links = links
        self._spool = spool
        self._clients = Clients(keys.visitor, trusted_proxies)
        self._script = Script()
        self._redirects = Redirects(
            click_key=keys.click,
            links=links,
            spool=spool,
            clients=self._clients,
            metrics=self.metrics,
            now_ms=now_ms,
        )
        self._inbound = Inbound(spool, self._clients, self.metrics, now_ms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(Request(scope, dict(scope["headers"])), receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def start(self) -> None:
        self._links.start()
        self._spool.start()

    async def stop(self) -> None:
        """Answer those who wait, once what they brought is on disk."""
        await self._spool.close()
        await self._links.close()

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        path, method = request.scope["path"], request.method
        if path == "/e" and method in ("POST", "OPTIONS"):
            await self._inbound.script(request, receive, send)
        elif path.startswith(POSTBACK) and method in ("GET", "POST"):
            await self._inbound.postback(request, receive, send, path.removeprefix(POSTBACK))
        elif method not in _READING:
            await refuse(send, 405, "This address is read with GET.", headers=[(b"allow", b"GET")])
        elif path == "/s.js":
            await self._script.answer(request.headers, send)
        elif path == "/pixel.gif":
            await self._inbound.pixel(request, send)
        elif path in _SERVICE:
            await _SERVICE[path](self, request, send)
        else:
            slug = path.removeprefix(PREFIX) if path.startswith(PREFIX) else path[1:]
            await self._redirects.answer(request, send, slug)

    async def _healthz(self, request: Request, send: Send) -> None:
        await respond(send, 200, [_PLAIN, NO_STORE], b"ok\n")

    async def _readyz(self, request: Request, send: Send) -> None:
        problems = []
        if self._spool.failure is not None:
            problems.append(f"spool: {self._spool.failure.reason}")
        if not self._links.is_loaded:
            problems.append("links: never loaded")
        body = "\n".join(problems or ["ok"]).encode() + b"\n"
        await respond(send, 503 if problems else 200, [_PLAIN, NO_STORE], body)

    async def _metrics(self, request: Request, send: Send) -> None:
        """For the operator's own network: to everyone else there is no such page."""
        if not self._clients.is_internal(request.scope):
            await refuse(send, 404, "Not found.")
            return
        metrics, synced_at = self.metrics, self._links.synced_at
        metrics.spool_events.set(self._spool.events_total)
        metrics.spool_groups.set(self._spool.groups_total)
        metrics.spool_failing.set(self._spool.failure is not None)
        metrics.links_known.set(self._links.count())
        metrics.links_cursor.set(self._links.cursor)
        metrics.links_age.set(-1 if synced_at is None else monotonic() - synced_at)
        await respond(send, 200, [(b"content-type", CONTENT_TYPE), NO_STORE], metrics.render())

    async def _robots(self, request: Request, send: Send) -> None:
        await respond(send, 200, [_PLAIN], b"User-agent: *\nDisallow: /\n")

    async def _no_icon(self, request: Request, send: Send) -> None:
        await respond(send, 404, [(b"cache-control", b"public, max-age=86400")])

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server's start and stop (ASGI lifespan)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                log.info("tracking stopped", spool=self._spool.id)
                await send({"type": "lifespan.shutdown.complete"})
                return


_SERVICE = {
    "/healthz": TrackingApp._healthz,
    "/readyz": TrackingApp._readyz,
    "/metrics": TrackingApp._metrics,
    "/robots.txt": TrackingApp._robots,
    "/favicon.ico": TrackingApp._no_icon,
}
