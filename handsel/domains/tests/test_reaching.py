"""What a visitor would meet: asked of real web servers, with and without good certificates."""

import socket
from pathlib import Path

import pytest

from handsel.domains.reaching import Reach, reach
from handsel.domains.tests.servers import Authority, web

HOST = "go.shop.example"
TOKEN = "7c0ffee"
HERE = ["127.0.0.1"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def codes(port: int, authority: Authority | None = None, addresses: list[str] = HERE) -> list[str]:
    scheme = "https" if authority else "http"
    tls = authority.trusted() if authority else None
    how = Reach(f"{scheme}://track.example.net:{port}", TOKEN, allow_private=True, tls=tls)
    return [finding.code for finding in reach(HOST, addresses, how)]


def test_our_own_answer_is_known_by_its_token() -> None:
    with web(f"handsel {TOKEN}\n") as server:
        assert codes(server.port) == ["answers"]
        assert server.paths == [(HOST, "/.well-known/handsel")]


@pytest.mark.parametrize(("body", "status"), [("handsel another\n", 200), ("Not found", 404)])
def test_another_servers_answer_is_not_ours(body: str, status: int) -> None:
    with web(body, status) as server:
        assert codes(server.port) == ["not-ours"]


def test_a_certificate_for_the_host_is_good(authority: Authority) -> None:
    with web(f"handsel {TOKEN}", context=authority.context(HOST)) as server:
        assert codes(server.port, authority) == ["certificate-valid", "answers"]


def test_a_certificate_that_has_run_out_is_told(authority: Authority) -> None:
    with web(TOKEN, context=authority.context(HOST, days=-1)) as server:
        assert codes(server.port, authority) == ["certificate-expired"]


def test_a_certificate_for_another_name_is_told(authority: Authority) -> None:
    with web(TOKEN, context=authority.context("other.example")) as server:
        assert codes(server.port, authority) == ["certificate-other-name"]


def test_a_certificate_that_nobody_trusts_is_told(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    stranger = Authority(tmp_path / "else")
    with web(TOKEN, context=stranger.context(HOST)) as server:
        assert codes(server.port, authority) == ["certificate-untrusted"]


def test_a_server_without_tls_has_no_certificate(authority: Authority) -> None:
    with web(TOKEN) as server:
        assert codes(server.port, authority) == ["certificate-missing"]


def test_an_address_that_does_not_answer_leaves_the_next_one_to_be_asked() -> None:
    with web(f"handsel {TOKEN}") as server:
        assert codes(server.port, addresses=["127.0.0.2", "127.0.0.1"]) == ["answers"]


def test_a_port_on_which_nobody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert codes(port) == ["no-answer"]


def test_a_private_address_is_not_connected_to() -> None:
    with web(f"handsel {TOKEN}") as server:
        how = Reach(f"http://track.example.net:{server.port}", TOKEN)
        [finding] = reach(HOST, HERE, how)

        assert (finding.code, server.paths) == ("private-address", [])


def test_an_answer_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handsel.domains.reaching.BYTES_MAX", 64)
    with web("x" * 1000 + TOKEN) as server:
        assert codes(server.port) == ["not-ours"]
