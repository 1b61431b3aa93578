"""One call, to real servers: where it may go, and what it survives."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from handsel.domains.tests.servers import Authority
from handsel.postbacks.calling import ANSWER_BYTES_MAX, Answer, Caller, Resolve
from handsel.postbacks.tests.conftest import here
from handsel.postbacks.tests.tracker import (
    HOST,
    Tracker,
    drips,
    hangs_up,
    says,
    says_nothing,
    talks_for_ever,
    tracker,
)

HEADERS = {"Handsel-Delivery": "dlv_x"}
METADATA = "http://169.254.169.254/latest/meta-data/"
# What must never be called, as a name may lead there (S3: literal forms of inside).
INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


def call(caller: Caller, url: str, method: str = "GET") -> Answer:
    return asyncio.run(caller.call(method, url, HEADERS))


def leading_to(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@contextmanager
def canary(port: int = 0) -> Iterator[tuple[int, list[object]]]:
    """A listener that must hear nothing."""
    with socket.create_server(("127.0.0.1", port)) as server:
        server.setblocking(False)
        heard: list[object] = []
        yield server.getsockname()[1], heard
        with suppress(BlockingIOError):
            heard.append(server.accept())


def test_the_answers_beginning_is_read(caller: Caller, tracker: Tracker) -> None:
    tracker.answer = says(200, "Tack så mycket\0".encode())

    assert call(caller, f"{tracker.url}/a%20b?c=d") == Answer("", 200, "Tack så mycket\ufffd")
    assert tracker.paths == ["/a%20b?c=d"]
    assert tracker.requests[0][2]["Host"] == f"{HOST}:{tracker.port}"


@pytest.mark.parametrize(
    ("status", "problem"), [(204, ""), (404, "refused"), (500, "refused"), (410, "gone")]
)
def test_only_two_hundreds_are_a_yes(
    caller: Caller, tracker: Tracker, status: int, problem: str
) -> None:
    tracker.answer = says(status)

    answer = call(caller, f"{tracker.url}/")
    assert (answer.status, answer.problem) == (status, problem)


def test_a_redirect_is_not_followed(caller: Caller, tracker: Tracker) -> None:
    with canary() as (port, heard):
        for place in (f"https://127.0.0.1:{port}/", METADATA, f"{tracker.url}/again"):
            tracker.answer = says(302, Location=place)
            assert call(caller, f"{tracker.url}/first").problem == "redirect"

    assert heard == []
    assert tracker.paths == ["/first"] * 3


@pytest.mark.parametrize("fault", [says_nothing, drips])
def test_a_slow_answer_is_cut_off(caller: Caller, tracker: Tracker, fault: object) -> None:
    tracker.answer = fault  # type: ignore[assignment]
    hasty = Caller(allow_private=True, resolve=here, tls=caller.tls, step_s=0.3, call_s=0.6)

    assert call(hasty, f"{tracker.url}/").problem == "timeout"


def test_an_endless_answer_is_read_to_four_kilobytes(caller: Caller, tracker: Tracker) -> None:
    tracker.answer = talks_for_ever

    answer = call(caller, f"{tracker.url}/")
    assert (answer.problem, len(answer.body)) == ("", ANSWER_BYTES_MAX)


def test_a_server_that_hangs_up_is_a_failure(caller: Caller, tracker: Tracker) -> None:
    tracker.answer = hangs_up

    assert call(caller, f"{tracker.url}/").problem == "no-answer"


def test_a_port_where_nobody_listens_is_a_failure(caller: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert call(caller, f"https://{HOST}:{port}/").problem == "no-connection"


def test_a_certificate_that_nobody_trusts_is_a_failure(caller: Caller, tmp_path: Path) -> None:
    stranger = Authority(tmp_path)
    with tracker(stranger.context(HOST)) as server:
        assert call(caller, f"{server.url}/").problem == "certificate"
        assert server.requests == []


def test_a_certificate_for_another_name_is_a_failure(caller: Caller, authority: Authority) -> None:
    with tracker(authority.context("other.example")) as server:
        assert call(caller, f"{server.url}/").problem == "certificate"


def test_a_name_that_leads_nowhere_is_a_failure(caller: Caller) -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    lost = Caller(resolve=nowhere, tls=caller.tls)
    assert call(lost, "https://tracker.example/").problem == "name-unknown"


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_called(caller: Caller, address: str) -> None:
    guarded = Caller(resolve=leading_to(address), tls=caller.tls)

    assert call(guarded, "https://tracker.example:8443/").problem == "private-address"


def test_one_address_inside_is_enough_to_refuse_a_name(caller: Caller) -> None:
    guarded = Caller(resolve=leading_to("93.184.216.34", "10.0.0.1"), tls=caller.tls)

    assert call(guarded, "https://tracker.example/").problem == "private-address"


class Rebinding:
    """A resolver whose first answer is outside, and whose next is here."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return ["93.184.216.34"] if self.asked == 1 else ["127.0.0.1"]


class Outside(Caller):
    """Notes where it would have connected."""

    async def _ask(self, address: str, *_: object) -> Answer:
        CONNECTED.append(address)
        return Answer("", 200)


class Careless(Outside):
    """The broken variant: it asks for the name again to connect."""

    async def _ask(self, address: str, *_: object) -> Answer:
        return await super()._ask((await self.resolve(HOST, 8443))[0])


CONNECTED: list[str] = []


@pytest.mark.parametrize(
    ("variant", "reached"), [(Outside, "93.184.216.34"), (Careless, "127.0.0.1")]
)
def test_what_was_judged_is_what_is_connected_to(variant: type[Caller], reached: str) -> None:
    CONNECTED.clear()
    names = Rebinding()
    call(variant(resolve=names), "https://tracker.example:8443/")

    assert [reached] == CONNECTED


def test_the_connection_is_made_to_the_judged_address_though_the_name_is_known_otherwise(
    caller: Caller, tracker: Tracker
) -> None:
    """`tracker.example` leads nowhere on this machine: only the judged address can be called."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo(HOST, 443)

    assert call(caller, f"{tracker.url}/").problem == ""


def test_an_address_that_takes_no_connection_leaves_the_next_one(
    caller: Caller, tracker: Tracker
) -> None:
    several = Caller(
        allow_private=True, resolve=leading_to("127.0.0.2", "127.0.0.1"), tls=caller.tls
    )

    assert call(several, f"{tracker.url}/").problem == ""
    assert len(tracker.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://tracker.example/",
        "https://user@tracker.example/",
        "https://tracker.example:22/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://go.acme.example/",
    ],
)
def test_an_address_is_judged_again_at_the_call(caller: Caller, url: str) -> None:
    guarded = Caller(own_hosts=frozenset({"go.acme.example"}), tls=caller.tls)

    assert call(guarded, url).problem == "destination-refused"


def test_a_proxy_of_the_environment_is_not_asked(
    caller: Caller, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with canary() as (port, heard):
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert call(caller, f"{tracker.url}/").problem == ""

    assert heard == []
