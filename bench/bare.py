"""The yardstick of tracking: the same server, and an app that answers 302 and records nothing.

python -m bench.bare PORT
"""

import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

LOCATION = b"https://shop.example/start?from=ben&hs_click=AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd"
START = {
    "type": "http.response.start",
    "status": 302,
    "headers": [(b"location", LOCATION), (b"content-length", b"0")],
}
BODY = {"type": "http.response.body", "body": b""}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send(START)
        await send(BODY)


def main(port: int) -> None:
    """With the settings of `handsel tracking`, by ASGI as most apps are served."""
    server = Granian(
        "bench.bare:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        loop=Loops.uvloop,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
