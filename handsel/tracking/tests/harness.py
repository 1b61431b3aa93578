"""The real app, within the test or as a server of its own, and a look at its disk."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit

import httpx

from handsel.tracking.app import TrackingApp
from handsel.tracking.devices import device_of
from handsel.tracking.http import Request
from handsel.tracking.keys import load_keys
from handsel.tracking.links import Change, Links
from handsel.tracking.links.replica import Replica
from handsel.tracking.redirects import Judges
from handsel.tracking.salt import DailySalt
from handsel.tracking.spool import SpoolWriter
from handsel.tracking.spool.reader import spools
from handsel.tracking.spool.writer import DEFAULT_LIMITS, Limits
from handsel.tracking.tests.postgres import free_port

PROGRAM = "prg_01m7w3n2p5exyv9yzdeftyh8k6"
PARTNERSHIP = "par_01m7w3n2p5exyv9yzdeftyh8k7"
ADDRESS = "198.51.100.77"


def payload(number: int, slug: str, **fields: object) -> dict[str, object]:
    standard = {
        "number": number,
        "slug": slug,
        "url": "https://shop.example/start?from=ben#offer",
        "domains": ["shop.example"],
        "program": PROGRAM,
        "partnership": PARTNERSHIP,
        "disabled": False,
        "fallback_url": None,
        "param": "hs_click",
    }
    return {**standard, **fields}


def change(number: int, slug: str, *, seq: int = 0, **fields: object) -> Change:
    return Change(seq or number, number, slug, json.dumps(payload(number, slug, **fields)))


JUDGES = Judges(country_of=lambda ip: "", device_of=device_of)
LINKS = [change(7, "ben"), change(8, "over", disabled=True)]


def links_path(data: Path) -> Path:
    return data / "tracking" / "links.sqlite"


def plant_links(data: Path, changes: list[Change]) -> None:
    replica = Replica(links_path(data))
    replica.apply(changes, cursor=max(c.seq for c in changes))
    replica.close()


def click_id_of(location: str) -> str | None:
    return parse_qs(urlsplit(location).query).get("hs_click", [None])[0]


def spooled(data: Path, kind: str = "click") -> list[dict[str, Any]]:
    """What is on disk, as intake will read it."""
    found = []
    for spool in spools(data / "spool"):
        found += [e.body for e in spool.read(limit=10**6) if e.kind == kind]
        spool.close()
    return found


class InProcess(httpx.AsyncBaseTransport):
    """Hands requests to the app as a server would."""

    def __init__(self, app: TrackingApp, *, peer: str) -> None:
        self._app = app
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._app.answer(
            Request(
                method=request.method,
                path=request.url.path,
                query=request.url.query.decode("latin-1"),
                peer=self._peer,
                headers=AsServed(request.headers.multi_items()),
                chunks=cast(AsyncIterable[bytes], request.stream),
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


class AsServed:
    """Headers as the server hands them over."""

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self._items = [(name.lower(), value) for name, value in items]

    def get(self, key: str, default: Any = None) -> Any:
        return next((value for name, value in self._items if name == key), default)

    def get_all(self, key: str) -> list[str]:
        return [value for name, value in self._items if name == key]

    def items(self) -> list[tuple[str, str]]:
        return self._items


def asked(
    path: str = "/",
    *,
    query: str = "",
    peer: str = f"{ADDRESS}:40000",
    headers: list[tuple[str, str]] | None = None,
) -> Request:
    """A GET as the server hands it over."""
    return Request("GET", path, query, peer, AsServed(headers or []), _nothing())


async def _nothing() -> AsyncIterator[bytes]:
    no_chunks: tuple[bytes, ...] = ()
    for chunk in no_chunks:
        yield chunk


class Tracking:
    """The app, and a visitor's browser that follows no redirects."""

    def __init__(
        self,
        data: Path,
        *,
        changes: list[Change] = LINKS,
        database_url: str = "",
        limits: Limits = DEFAULT_LIMITS,
        poll_s: float = 0.02,
        unknown_s: float = 10.0,
        trusted_proxies: str = "",
        peer: str = ADDRESS,
    ) -> None:
        if changes:
            plant_links(data, changes)
        self.data = data
        self.now_ms = 1_790_000_000_000
        self.spool = SpoolWriter(data / "spool", limits)
        self.links = Links(links_path(data), database_url, poll_s=poll_s, unknown_s=unknown_s)
        self.app = TrackingApp(
            keys=load_keys(data / "keys"),
            salt=DailySalt(data / "keys" / "visitor.salt"),
            links=self.links,
            spool=self.spool,
            judges=JUDGES,
            trusted_proxies=trusted_proxies,
            now_ms=lambda: self.now_ms,
        )
        transport = InProcess(self.app, peer=f"{peer}:40000")
        self.browser = httpx.AsyncClient(transport=transport, base_url="http://go.example")

    async def __aenter__(self) -> Self:
        await self.app.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.browser.aclose()
        await self.app.stop()

    def spooled(self, kind: str = "click") -> list[dict[str, Any]]:
        return spooled(self.data, kind)

    def counted(self, name: str, **labels: str) -> float:
        return self.app.metrics.registry.get_sample_value(name, labels) or 0.0


@dataclass
class Server:
    """Tracking under Granian, in a process group of its own."""

    process: subprocess.Popen[bytes]
    url: str
    data: Path

    def kill(self) -> None:
        """As the kernel does it when memory runs out: everything at once, nothing said."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


FACTORY = "handsel.tracking.server:build_app"


@contextmanager
def serving(
    data: Path, *, factory: str = FACTORY, wrapper: tuple[str, ...] = (), **environment: str
) -> Iterator[Server]:
    port = free_port()
    granian = [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--no-ws"]
    process = subprocess.Popen(
        [*wrapper, *granian, "--port", str(port), "--loop", "uvloop", factory],
        env={**os.environ, "HANDSEL_DATA": str(data), "HANDSEL_DATABASE_URL": "", **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=(data / "server.log").open("ab"),
    )
    server = Server(process, f"http://127.0.0.1:{port}", data)
    try:
        _await_health(server)
        yield server
    finally:
        if process.poll() is None:
            server.kill()


def _await_health(server: Server) -> None:
    for _ in range(400):
        try:
            httpx.get(f"{server.url}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError((server.data / "server.log").read_text())
