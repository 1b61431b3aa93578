"""Direct links: `?ref=ben` on the shop's own address. The script asks for the click id that a
redirect would have given, and gets it once its click is on disk."""

import re
from collections.abc import Callable
from typing import Any

import orjson

from handsel.tracking.click_id import mint
from handsel.tracking.clients import Clients
from handsel.tracking.destinations import deep_link
from handsel.tracking.http import NO_STORE, Request, Response, clean, refusal
from handsel.tracking.inbound import (
    ANY_ORIGIN,
    RETRY_AFTER_S,
    NotAnEvent,
    json_object,
    preflight,
    program_of,
    text_body,
)
from handsel.tracking.links import Link, Links
from handsel.tracking.metrics import Metrics
from handsel.tracking.redirects import LANGUAGE_MAX, fetch_metadata, page_of
from handsel.tracking.spool import SpoolError, SpoolWriter
from handsel.tracking.subs import subs_of

ADS_MAX = 10
# Names of parameters, not their values: `gclid` says that an advertisement was paid for.
AD_NAME = re.compile(r"[A-Za-z_]{1,20}")


class Visits:
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

    async def answer(self, request: Request) -> Response:
        """POST {program, ref, page, framed, referrer, subs, ads}, as plain text: it needs no
        preflight."""
        if request.method == "OPTIONS":
            return Response(204, preflight())
        try:
            said = json_object(await text_body(request))
            at_ms = self._now_ms()
            link = await self._link(said, request, at_ms)
            click = self._click(said, link, request, at_ms)
            await self._spool.append("click", at_ms, click)
        except NotAnEvent as problem:
            self._metrics.events_refused.labels("visit", problem.field).inc()
            return refusal(
                problem.status, problem.detail, field=problem.field, headers=[ANY_ORIGIN]
            )
        except SpoolError as error:
            self._metrics.clicks_unrecorded.labels(error.reason).inc()
            headers = [("retry-after", str(RETRY_AFTER_S)), ANY_ORIGIN]
            return refusal(503, "The visit could not be stored.", headers=headers)
        self._metrics.clicks.inc()
        headers = [("content-type", "application/json"), NO_STORE, ANY_ORIGIN]
        return Response(200, headers, orjson.dumps({"click_id": click["id"]}))

    async def _link(self, said: dict[str, Any], request: Request, at_ms: int) -> Link:
        """The link that the page names, if its program's pages may name it."""
        program, slug = program_of(said.get("program")), said.get("ref")
        if not isinstance(slug, str):
            raise NotAnEvent("`ref` is not the name of a link.", field="ref")
        host = (request.headers.get("host") or "").partition(":")[0].lower()
        link = await self._links.find(host, slug)
        if link is None or link.program != program or link.is_over(at_ms):
            raise NotAnEvent("The program has no such link.", field="ref", status=404)
        for name, address in (("page", said.get("page")), ("Origin", _origin(request))):
            if not isinstance(address, str) or deep_link(address, link.domains) is None:
                detail = f"`{name}` lies outside the domains of the program."
                raise NotAnEvent(detail, field=name, status=403)
        return link

    def _click(
        self, said: dict[str, Any], link: Link, request: Request, at_ms: int
    ) -> dict[str, Any]:
        """As a redirect writes it. Of Fetch Metadata only the purpose is told: every visit that a
        script reports was, as a request, loaded by a script. A shop in somebody's frame is what a
        link in a frame is, which its visitor need never have seen."""
        client = self._clients.read(request, at_ms)
        click: dict[str, Any] = {
            "id": mint(self._click_key, link.number, at_ms),
            "link": link.number,
            "partnership": link.partnership,
            "at_ms": at_ms,
            "ip": client.ip,
            "visitor": client.visitor,
            "ua": client.agent,
            "by": "script",
            "to": deep_link(said["page"], link.domains),
        }
        fetch = {"dest": "iframe"} if said.get("framed") is True else {}
        if purpose := fetch_metadata(request).get("purpose"):
            fetch["purpose"] = purpose
        found = {
            "referrer": page_of(_text(said.get("referrer"))),
            "lang": request.text("accept-language", LANGUAGE_MAX),
            "subs": subs_of(_texts(said.get("subs")), link.subs),
            "ads": ad_names(said.get("ads")),
            "fetch": fetch,
        }
        return click | {name: value for name, value in found.items() if value}


def ad_names(said: object) -> list[str]:
    """The names among what a browser says.

    >>> ad_names(["gclid", "gclid", "x" * 30, 7])
    ['gclid']
    """
    if not isinstance(said, list):
        return []
    names = [name for name in said if isinstance(name, str) and AD_NAME.fullmatch(name)]
    return list(dict.fromkeys(names))[:ADS_MAX]


def _origin(request: Request) -> str:
    """Where the browser says the page lies. Programs that are no browsers say nothing; whoever
    writes one can follow the link as well."""
    return str(request.headers.get("origin") or request.headers.get("referer") or "")


def _text(said: object) -> str:
    return clean(said, 2000) if isinstance(said, str) else ""


def _texts(said: object) -> dict[str, str]:
    if not isinstance(said, dict):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str)}
