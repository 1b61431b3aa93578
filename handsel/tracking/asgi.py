"""The few words of ASGI that the click path needs."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = dict[bytes, bytes]  # names in lower case
HeaderList = list[tuple[bytes, bytes]]

NO_STORE = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Request:
    scope: Scope
    headers: Headers

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    def text(self, name: bytes, length_max: int) -> str:
        """A header as text without control characters; empty when it is not there."""
        value = self.headers.get(name)
        return clean(value.decode("utf-8", "replace"), length_max) if value else ""


class BodyTooLarge(Exception):
    pass


async def read_body(receive: Receive, bytes_max: int) -> bytes:
    """The whole body. Raises BodyTooLarge as soon as it is."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > bytes_max:
            raise BodyTooLarge
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


async def respond(send: Send, status: int, headers: HeaderList, body: bytes = b"") -> None:
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    send: Send, status: int, detail: str, *, field: str = "", headers: HeaderList | None = None
) -> None:
    """A problem for machines (RFC 9457), with the field to mend."""
    problem = {"title": detail, "status": status, **({"field": field} if field else {})}
    await respond(
        send,
        status,
        [(b"content-type", b"application/problem+json"), NO_STORE, *(headers or [])],
        json.dumps(problem).encode(),
    )


def clean(value: str, length_max: int) -> str:
    """Text as PostgreSQL and a log can hold it: printable, and not too long."""
    value = value[:length_max]
    return value if value.isprintable() else "".join(c for c in value if c.isprintable())
