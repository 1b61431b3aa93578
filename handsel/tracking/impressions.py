"""Impressions: a picture of one pixel beside a partner's banner says that it was shown.

    <img src="https://go.shop.example/i/ben.gif" alt="" width="1" height="1">

A picture is always answered, and no cookie is set; what became of the impression is counted.
"""

import secrets
from collections.abc import Callable

from handsel.tracking.clients import Clients
from handsel.tracking.http import Request, Response
from handsel.tracking.inbound import picture
from handsel.tracking.links import Links
from handsel.tracking.metrics import Metrics
from handsel.tracking.redirects import page_of
from handsel.tracking.spool import SpoolError, SpoolWriter

PREFIX = "/i/"
SUFFIX = ".gif"


class Impressions:
    def __init__(
        self,
        *,
        links: Links,
        spool: SpoolWriter,
        clients: Clients,
        metrics: Metrics,
        now_ms: Callable[[], int],
    ) -> None:
        self._links = links
        self._spool = spool
        self._clients = clients
        self._metrics = metrics
        self._now_ms = now_ms

    async def answer(self, request: Request, slug: str) -> Response:
        if request.method == "GET":
            try:
                await self._keep(request, slug)
            except SpoolError as error:
                self._metrics.impressions_unrecorded.labels(error.reason).inc()
        return picture()

    async def _keep(self, request: Request, slug: str) -> None:
        """Put an impression of a link on disk. Raises SpoolError."""
        host = (request.headers.get("host") or "").partition(":")[0].lower()
        link = await self._links.find(host, slug)
        at_ms = self._now_ms()
        if link is None or link.is_over(at_ms):
            reason = "unknown" if link is None else "disabled"
            self._metrics.impressions_unrecorded.labels(reason).inc()
            return
        client = self._clients.read(request, at_ms)
        impression = {
            "imp": secrets.token_hex(12),
            "link": link.number,
            "partnership": link.partnership,
            "at_ms": at_ms,
            "ip": client.ip,
            "visitor": client.visitor,
            "ua": client.agent,
        }
        if referrer := page_of(request.headers.get("referer") or ""):
            impression["referrer"] = referrer
        await self._spool.append("impression", at_ms, impression)
        self._metrics.impressions.inc()
