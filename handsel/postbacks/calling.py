"""One call of a partner's address, out of this network.

The name is resolved once; every address it leads to is judged, and the connection is made to one
that was judged, with the name in TLS and `Host`. No redirect is followed, no proxy of the
environment asked, and neither a slow nor an endless answer holds anybody up.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from handsel.domains.addresses import is_public
from handsel.errors import InvalidInput
from handsel.postbacks.destinations import DEFAULT_PORT, read_destination

STEP_S = 5.0
CALL_S = 10.0
ANSWER_BYTES_MAX = 4096
ADDRESSES_MAX = 3

Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `problem` is a code of `wording.PROBLEMS`, empty where it went well;
    `retry_after` what the address asked us to wait."""

    problem: str
    status: int | None = None
    body: str = ""
    retry_after: timedelta | None = None


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as this machine resolves it."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


@dataclass(frozen=True, slots=True)
class Caller:
    own_hosts: frozenset[str] = frozenset()
    allow_private: bool = False
    resolve: Resolve = resolve
    tls: ssl.SSLContext | None = None  # None: what this machine trusts
    step_s: float = STEP_S
    call_s: float = CALL_S

    async def call(self, method: str, url: str, headers: dict[str, str]) -> Answer:
        """Never raises for what a partner's address does."""
        try:
            async with asyncio.timeout(self.call_s):
                return await self._call(method, url, headers)
        except (InvalidInput, TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(_problem_of(error))

    async def _call(self, method: str, url: str, headers: dict[str, str]) -> Answer:
        host, port = read_destination(
            urlsplit(url), allow_private=self.allow_private, own_hosts=self.own_hosts
        )
        addresses = await self._judged(host.strip("[]"), port or DEFAULT_PORT)
        if not addresses:
            return Answer("private-address")
        return await self._call_one(addresses, method, url, host, headers)

    async def _judged(self, host: str, port: int) -> list[str]:
        """Its addresses; none when one of them lies inside."""
        async with asyncio.timeout(self.step_s):
            found = await self.resolve(host, port)
        allowed = self.allow_private or all(is_public(_without_zone(a)) for a in found)
        return found[:ADDRESSES_MAX] if allowed else []

    async def _call_one(
        self, addresses: list[str], method: str, url: str, host: str, headers: dict[str, str]
    ) -> Answer:
        """By the first address that takes a connection: until then nothing was sent."""
        for address in addresses[:-1]:
            try:
                return await self._ask(address, method, url, host, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._ask(addresses[-1], method, url, host, headers)

    async def _ask(
        self, address: str, method: str, url: str, host: str, headers: dict[str, str]
    ) -> Answer:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
        place = f"[{address}]" if ":" in address else address
        target = url.split(parts.netloc, 1)[1]
        transport = httpx.AsyncHTTPTransport(verify=self.tls or ssl.create_default_context())
        request = httpx.Request(
            method,
            f"https://{place}:{port}/",
            headers={"Host": parts.netloc, "Accept-Encoding": "identity", **headers},
            extensions={
                "sni_hostname": host.strip("[]"),
                "target": target.encode("ascii"),
                "timeout": httpx.Timeout(self.step_s).as_dict(),
            },
        )
        async with transport:
            response = await transport.handle_async_request(request)
            try:
                body = await _beginning(response)
            finally:
                await response.aclose()
        return _answer(response, body)


async def _beginning(response: httpx.Response) -> bytes:
    said = b""
    async for piece in response.aiter_raw():
        said += piece
        if len(said) >= ANSWER_BYTES_MAX:
            break
    return said[:ANSWER_BYTES_MAX]


def _answer(response: httpx.Response, body: bytes) -> Answer:
    status = response.status_code
    # PostgreSQL keeps no NUL.
    text = body.decode("utf-8", "replace").replace("\0", "\ufffd")
    wait = _retry_after(response.headers.get("Retry-After", ""))
    return Answer(_problem(status), status, text, wait)


def _problem(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return "redirect"
    if status == httpx.codes.GONE:
        return "gone"
    return "too-often" if status == httpx.codes.TOO_MANY_REQUESTS else "refused"


def _retry_after(text: str) -> timedelta | None:
    """Seconds, or a moment (RFC 9110, section 10.2.3); None for what is neither.

    >>> _retry_after("90"), _retry_after("soon")
    (datetime.timedelta(seconds=90), None)
    """
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), moment - datetime.now(UTC))


def _without_zone(address: str) -> str:
    """An address that names an interface (fe80::1%eth0) is judged without it."""
    return str(ip_address(address.partition("%")[0]))


def _problem_of(error: Exception) -> str:
    if isinstance(error, InvalidInput):
        return "destination-refused"
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return "timeout"
    if isinstance(error, socket.gaierror):
        return "name-unknown"
    if isinstance(error, httpx.ConnectError):
        return "certificate" if _is_of_certificate(error) else "no-connection"
    return "no-answer"


def _is_of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
