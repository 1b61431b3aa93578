import socket

import pytest

from handsel.config.supervisor.ports import PortTaken, ensure_free


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_way_out(taken):
    with pytest.raises(PortTaken, match=f"Port {taken}") as refusal:
        ensure_free("127.0.0.1", taken, "the pages")
    assert "PORT=" in refusal.value.remedy


def test_a_port_that_was_just_let_go_is_free(taken):
    with pytest.raises(PortTaken):
        ensure_free("127.0.0.1", taken, "the pages")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()  # the server closes first: its side fades away for a minute
        client.close()

    ensure_free("127.0.0.1", port, "the pages")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(PortTaken, match="cannot be listened on"):
        ensure_free("192.0.2.1", 24999, "the pages")
