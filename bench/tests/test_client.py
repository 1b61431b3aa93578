"""The client against a real server, which counts."""

import asyncio
from typing import cast

import pytest

from bench.client import answer_length, quantile, run
from bench.load import RequestsFailed, read_wrk


class Counting(asyncio.Protocol):
    """Answers each request, its head and its body apart."""

    def __init__(self, asked: list[bytes], status: bytes) -> None:
        self._asked, self._status = asked, status

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._asked.append(data)
        self._transport.write(b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\n" % self._status)
        asyncio.get_running_loop().call_soon(self._transport.write, b"ok")


def measured(*, pace: float, status: bytes = b"302 Found") -> tuple[dict[str, float], int]:
    asked: list[bytes] = []

    async def against_server() -> dict[str, float]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Counting(asked, status), "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ben"
        async with server:
            return await run(url, connections=4, seconds=0.3, pace=pace)

    return asyncio.run(against_server()), len(asked)


@pytest.mark.parametrize("pace", [0.0, 200.0])
def test_every_answered_request_is_counted_once(pace: float) -> None:
    figures, asked = measured(pace=pace)

    assert asked - 4 <= figures["requests"] <= asked
    assert figures["requests"] > 4
    assert figures["failures"] == 0
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]


def test_a_pace_is_not_exceeded() -> None:
    figures, asked = measured(pace=100)

    assert asked <= 100 * figures["seconds"] + 1


def test_an_error_page_is_a_failure() -> None:
    figures, _ = measured(pace=200, status=b"500 Oh")

    assert figures["failures"] == figures["requests"]


def test_an_answer_is_as_long_as_its_head_says() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"

    assert answer_length(head[:-1]) is None
    assert answer_length(head) == len(head) + 5


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(100, 0, -1)]

    assert (quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)) == (50, 99, 100)


WRK = """\
  Latency Distribution
     50%    4.10ms
     99%  980.00us
   9000 requests in 1.00s, 1.00MB read
Requests/sec:   8995.10
"""


def test_what_wrk_says_is_read() -> None:
    loaded = read_wrk(WRK)

    assert loaded.per_second == 8995.10
    assert loaded.p99_ms == pytest.approx(0.98)


@pytest.mark.parametrize("trouble", ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: 1\n"])
def test_a_round_with_errors_is_worth_nothing(trouble: str) -> None:
    with pytest.raises(RequestsFailed):
        read_wrk(WRK + trouble)
