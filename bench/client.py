"""A small HTTP client for load: where wrk is missing, and where requests come at a fixed pace.

python -m bench.client URL --connections 64 --seconds 3 [--pace 5000] [--links 1000000]

Prints one JSON object: requests, failures, seconds, p50_ms, p99_ms. At a pace, a request's time
begins when it was due, also if every connection was busy then: no waiting is left out.
With links, `{n}` in the address is a number drawn anew for each request, all of them as likely.
"""

import argparse
import asyncio
import json
import math
from collections import deque
from collections.abc import Sequence
from random import Random
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

import uvloop

# What a browser sends when somebody follows a link on a blog.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "nb-NO,nb;q=0.9,en;q=0.8",
    "Referer": "https://blog.example/a-review-of-wool",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
}
TICK_S = 0.001


class Load:
    """Requests that are due, the connections that are free for them, and how long they took."""

    def __init__(self, request: bytes, *, pace: float = 0.0, links: int = 0) -> None:
        """`pace` in requests per second; 0: each connection sends as soon as it is answered."""
        self._request = request
        self._links = links
        self._chance = Random(11)
        self.took_s: list[float] = []
        self.failures = 0
        self.stopped = False
        self._pace = pace
        self._free: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._began = 0.0
        self._planned = 0

    def request(self) -> bytes:
        if not self._links:
            return self._request
        return self._request.replace(b"{n}", b"%d" % self._chance.randrange(self._links), 1)

    def begin(self) -> None:
        self._began = perf_counter()
        if self._pace:
            self._tick()

    def is_free(self, connection: "Connection") -> None:
        if self.stopped:
            return
        if not self._pace:
            connection.ask(perf_counter())
        elif self._due:
            connection.ask(self._due.popleft())
        else:
            self._free.append(connection)

    def _tick(self) -> None:
        if self.stopped:
            return
        while (due := self._began + self._planned / self._pace) <= perf_counter():
            self._planned += 1
            if self._free:
                self._free.popleft().ask(due)
            else:
                self._due.append(due)
        asyncio.get_running_loop().call_later(TICK_S, self._tick)


class Connection(asyncio.Protocol):
    """One kept-alive connection with one request at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._read = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)

    def ask(self, due: float) -> None:
        self._due = due
        self.transport.write(self._load.request())

    def data_received(self, data: bytes) -> None:
        self._read += data
        length = answer_length(self._read)
        if length is None or len(self._read) < length:
            return
        if self._read[9:10] not in (b"2", b"3"):
            self._load.failures += 1
        self._read = self._read[length:]
        self._load.took_s.append(perf_counter() - self._due)
        self._load.is_free(self)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._load.stopped:
            self._load.failures += 1


def answer_length(read: bytes) -> int | None:
    """How long the answer at the beginning of `read` is; None while its head is not whole.

    >>> answer_length(b"HTTP/1.1 302 Found\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    43
    """
    end = read.find(b"\r\n\r\n")
    if end < 0:
        return None
    for line in read[:end].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return end + 4 + int(value)
    return end + 4


async def run(
    url: str, *, connections: int, seconds: float, pace: float, links: int = 0
) -> dict[str, float]:
    """Load one address, and say what came of it."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    lines = [f"GET {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    load = Load(("\r\n".join(lines) + "\r\n\r\n").encode(), pace=pace, links=links)
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: Connection(load), host, port))[1]
        for _ in range(connections)
    ]
    began = perf_counter()
    load.begin()
    for connection in opened:
        load.is_free(connection)
    await asyncio.sleep(seconds)
    load.stopped = True
    took = perf_counter() - began
    for connection in opened:
        connection.transport.close()
    return {
        "requests": len(load.took_s),
        "failures": load.failures,
        "seconds": took,
        "p50_ms": quantile(load.took_s, 0.50) * 1000,
        "p99_ms": quantile(load.took_s, 0.99) * 1000,
    }


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest value that `part` of all values do not exceed (nearest rank).

    >>> quantile([4, 1, 3, 2], 0.5)
    2
    """
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--pace", type=float, default=0.0)
    parser.add_argument("--links", type=int, default=0)
    asked = parser.parse_args()
    figures = run(
        asked.url,
        connections=asked.connections,
        seconds=asked.seconds,
        pace=asked.pace,
        links=asked.links,
    )
    print(json.dumps(uvloop.run(figures)))


if __name__ == "__main__":
    main()
