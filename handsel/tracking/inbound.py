"""Events from shops: the script, the pixel, the signed postback.

They are put on disk as they came, and judged later by intake: the answer says only that
the event is safe. What cannot be an event at all is refused here, with the field named.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from handsel.tracking.allowance import Allowance
from handsel.tracking.clients import Clients
from handsel.tracking.http import (
    NO_STORE,
    BodyTooLarge,
    BodyTooSlow,
    HeaderList,
    Request,
    Response,
    clean,
    refusal,
)
from handsel.tracking.links import Links
from handsel.tracking.metrics import Metrics
from handsel.tracking.spool import SpoolError, SpoolWriter

BODY_BYTES_MAX = 64 * 1024
# Time enough for 64 KB from a train in a tunnel.
BODY_SECONDS_MAX = 10.0
HEADER_MAX = 1000
QUERY_FIELDS_MAX = 100
RETRY_AFTER_S = 5
TRY_AGAIN = 503
# Events that name no program: so many of each process at once, and so many more a minute, stand in
# the inbox as refused. Where nobody can say whether there is such a program, more.
ASTRAY_ALLOWED = (20, 10)
ASTRAY_LENGTH_MAX = 4 * 1024
UNDECIDED_ALLOWED = (1000, 600)
NAME_MAX = 40

KINDS = frozenset({"conversion", "lead", "sign_up", "basket_started"})
PROGRAM = re.compile(r"prg_[0-7][0-9a-hjkmnp-tv-z]{25}")

# Kept with the event because signatures and repeats are judged by them. Neither addresses nor
# credentials are among them.
_KEPT = frozenset({"content-type", "date", "digest", "idempotency-key"})
_KEPT_WORDS = re.compile(r"signature|hmac|webhook-|timestamp|event-id|delivery-id")

# 1 × 1 pixel, transparent
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
ANY_ORIGIN = ("access-control-allow-origin", "*")


class NotAnEvent(Exception):
    """Refused at the door; `field` names what to mend."""

    def __init__(self, detail: str, *, field: str = "", status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.status = status


class Inbound:
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
        self._astray = Allowance(*ASTRAY_ALLOWED)
        self._undecided = Allowance(*UNDECIDED_ALLOWED)
        self._spool = spool
        self._clients = clients
        self._metrics = metrics
        self._now_ms = now_ms

    async def pixel(self, request: Request) -> Response:
        """`<img src="…/pixel.gif?program=prg_…&kind=conversion&order_reference=…">`

        A picture is always shown; what became of the event is counted.
        """
        try:
            await self._take("pixel", _query(request.query).get("program"), request.query, request)
        except NotAnEvent as problem:
            self._metrics.events_refused.labels("pixel", problem.field).inc()
        except SpoolError as error:
            self._metrics.events_unrecorded.labels("pixel", error.reason).inc()
        return picture()

    async def script(self, request: Request) -> Response:
        """A beacon of the script: a JSON object, sent as plain text to need no preflight."""
        if request.method == "OPTIONS":
            return Response(204, preflight())
        try:
            raw = await text_body(request)
            await self._take("script", _beacon(raw).get("program"), raw, request)
        except NotAnEvent as problem:
            return self._refusal("script", problem)
        except SpoolError as error:
            return self._try_again("script", error)
        return Response(202, [ANY_ORIGIN, NO_STORE])

    async def postback(self, request: Request, program: str) -> Response:
        """A shop's server, with a signature over the raw body (or, by GET, the raw query)."""
        try:
            raw = request.query if request.method == "GET" else await text_body(request)
            await self._take("postback", program, raw, request)
        except NotAnEvent as problem:
            return self._refusal("postback", problem)
        except SpoolError as error:
            return self._try_again("postback", error)
        return Response(202, [NO_STORE])

    async def _take(self, source: str, named: object, raw: str, request: Request) -> None:
        """Keep an event of a program that there is. Of others some are kept, for whoever looks
        why nothing arrives, and all are refused. Raises NotAnEvent and SpoolError."""
        problem = await self._problem_with(named)
        if problem is None:
            await self._keep(source, str(named), raw, request)
            return
        if problem.status != TRY_AGAIN and len(raw) <= ASTRAY_LENGTH_MAX and self._astray.take():
            await self._keep(source, clean(str(named or ""), NAME_MAX), raw, request)
        raise problem

    async def _problem_with(self, named: object) -> NotAnEvent | None:
        try:
            is_there = await self._links.programs.knows(program_of(named))
        except NotAnEvent as problem:
            return problem
        if is_there is False:
            detail = "There is no such program. Copy its id from its settings."
            return NotAnEvent(detail, field="program", status=404)
        # An event of a program that is a second old must not be lost while PostgreSQL is away.
        if is_there is None and not self._undecided.take():
            detail = "Whether there is such a program cannot be found out now. Send it again."
            return NotAnEvent(detail, field="program", status=TRY_AGAIN)
        return None

    async def _keep(self, source: str, program: str, raw: str, request: Request) -> None:
        """Put an event on disk. Raises SpoolError."""
        at_ms = self._now_ms()
        client = self._clients.read(request, at_ms)
        event = {
            "source": source,
            "program": program,
            "at_ms": at_ms,
            "raw": raw,
            "headers": _kept(request),
            "query": _query(request.query),
            "client": {"ip": client.ip, "visitor": client.visitor, "ua": client.agent},
        }
        await self._spool.append("event", at_ms, event)
        self._metrics.events.labels(source).inc()

    def _refusal(self, source: str, problem: NotAnEvent) -> Response:
        self._metrics.events_refused.labels(source, problem.field).inc()
        return refusal(problem.status, problem.detail, field=problem.field, headers=[ANY_ORIGIN])

    def _try_again(self, source: str, error: SpoolError) -> Response:
        self._metrics.events_unrecorded.labels(source, error.reason).inc()
        headers = [("retry-after", str(RETRY_AFTER_S)), ANY_ORIGIN]
        return refusal(503, "The event could not be stored. Send it again.", headers=headers)


def picture() -> Response:
    """Also for pages that take from elsewhere only what says that it may be taken (COEP)."""
    anyone = ("cross-origin-resource-policy", "cross-origin")
    return Response(200, [("content-type", "image/gif"), NO_STORE, ANY_ORIGIN, anyone], GIF)


async def text_body(request: Request) -> str:
    """A body that `.encode()` gives back byte by byte, as its signature needs it."""
    try:
        body = await request.body(BODY_BYTES_MAX, BODY_SECONDS_MAX)
        # Whoever hangs up half-way is not told from who has finished.
        if len(body) != int(request.headers.get("content-length") or len(body)):
            raise NotAnEvent("The body broke off.", field="body")
        return body.decode("utf-8")
    except BodyTooLarge:
        detail = f"The body is larger than {BODY_BYTES_MAX} bytes."
        raise NotAnEvent(detail, field="body", status=413) from None
    except BodyTooSlow:
        detail = f"The body did not come within {BODY_SECONDS_MAX:g} seconds."
        raise NotAnEvent(detail, field="body", status=408) from None
    except UnicodeDecodeError as error:
        raise NotAnEvent(f"The body is not UTF-8: {error.reason}.", field="body") from None


def json_object(raw: str) -> dict[str, Any]:
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotAnEvent("The body is not JSON.", field="body") from None
    if not isinstance(fields, dict):
        raise NotAnEvent("The body is not a JSON object.", field="body")
    return fields


def _beacon(raw: str) -> dict[str, Any]:
    fields = json_object(raw)
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotAnEvent(f"`kind` is none of {', '.join(sorted(KINDS))}.", field="kind")
    return fields


def program_of(value: object) -> str:
    if not isinstance(value, str) or not PROGRAM.fullmatch(value):
        raise NotAnEvent("`program` is not the id of a program (prg_…).", field="program")
    return value


def _query(raw: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        detail = f"The query has more than {QUERY_FIELDS_MAX} fields."
        raise NotAnEvent(detail, field="query") from None
    return dict(reversed(pairs))


def _kept(request: Request) -> dict[str, str]:
    return {
        name: request.text(name, HEADER_MAX)
        for name, _value in request.headers.items()
        if name in _KEPT or _KEPT_WORDS.search(name)
    }


def preflight() -> HeaderList:
    return [
        ANY_ORIGIN,
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-max-age", "86400"),
    ]
