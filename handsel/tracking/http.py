"""A request and its answer, as the click path sees them: whatever server stands in front."""

import asyncio
import json
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from typing import Any, Protocol

HeaderList = list[tuple[str, str]]  # names in lower case

NO_STORE = ("cache-control", "no-store")
PLAIN = ("content-type", "text/plain; charset=utf-8")


class Headers(Protocol):
    """Of a request, by their names in lower case. The first where one came several times.

    Values are printable ASCII, or tabs: the server has no others.
    """

    def get(self, key: str, default: Any = None) -> Any: ...
    def get_all(self, key: str) -> list[str]: ...
    def items(self) -> list[tuple[str, str]]: ...


@dataclass(slots=True)
class Request:
    method: str
    path: str  # percent signs resolved
    query: str  # as it came
    peer: str  # address:port of whoever connected
    headers: Headers
    chunks: AsyncIterable[bytes]

    def text(self, name: str, length_max: int) -> str:
        """A header without control characters; empty when it is not there."""
        value = self.headers.get(name)
        return clean(value, length_max) if value else ""

    async def body(self, bytes_max: int, seconds_max: float) -> bytes:
        """The whole body. Raises BodyTooLarge as soon as it is, and BodyTooSlow when it has not
        come to its end in time: whoever sends a byte now and then would hold us for ever."""
        body = bytearray()
        try:
            async with asyncio.timeout(seconds_max):
                async for chunk in self.chunks:
                    body += chunk
                    if len(body) > bytes_max:
                        raise BodyTooLarge
        except TimeoutError:
            raise BodyTooSlow from None
        return bytes(body)


@dataclass(slots=True)
class Response:
    status: int
    headers: HeaderList = field(default_factory=list)
    body: bytes = b""


class BodyTooLarge(Exception):
    pass


class BodyTooSlow(Exception):
    pass


def refusal(
    status: int, detail: str, *, field: str = "", headers: HeaderList | None = None
) -> Response:
    """A problem for machines (RFC 9457), with the field to mend."""
    problem = {"title": detail, "status": status, **({"field": field} if field else {})}
    return Response(
        status,
        [("content-type", "application/problem+json"), NO_STORE, *(headers or [])],
        json.dumps(problem).encode(),
    )


def clean(value: str, length_max: int) -> str:
    """Text as PostgreSQL and a log can hold it: printable, and not too long."""
    value = value[:length_max]
    return value if value.isprintable() else "".join(c for c in value if c.isprintable())
