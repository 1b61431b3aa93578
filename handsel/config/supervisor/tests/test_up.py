"""`handsel up` as a person runs it: real processes, killed as machines kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from handsel.config.postgres import Cluster
from handsel.config.postgres.passwords import OWNER
from handsel.config.supervisor.tests.living import (
    children_of,
    command_of,
    descendants_of,
    is_alive,
)

START_SECONDS = 90


def free_port():
    """A port whose successor is free, too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
            try:
                with socket.create_server(("127.0.0.1", port + 1)):
                    return port
            except OSError:
                continue


class Handsel:
    """One `handsel up`, its log in a file."""

    def __init__(self, data, port):
        self.data, self.port = data, port
        self.log = data.with_name(f"{data.name}.log")

    def start(self):
        plain = {key: value for key, value in os.environ.items() if not key.startswith("HANDSEL_")}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "handsel.config.cli", "up"],
                env={**plain, "HANDSEL_DATA": str(self.data), "HANDSEL_PORT": str(self.port)},
                stdout=log,
                stderr=log,
            )
        return self

    def until(self, condition, what):
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"not {what}:\n{self.log.read_text()}"
            time.sleep(0.05)

    def ready(self):
        self.until(lambda: "Ready: " in self.log.read_text() or self.ended(), "ready")
        assert not self.ended(), self.log.read_text()
        return self

    def ended(self):
        return self.process.poll() is not None

    def refused(self):
        assert self.process.wait(START_SECONDS) == 1
        return self.log.read_text()

    def answers(self):
        try:
            return [self.get(self.port).status_code, self.get(self.port + 1).status_code]
        except httpx.TransportError:
            return []

    def get(self, port):
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10)

    def pid_of(self, name):
        found = [p for p in children_of(self.process.pid) if command_of(p).rstrip().endswith(name)]
        return found[0] if found else 0

    def stop(self, number=signal.SIGTERM):
        if not self.ended():
            self.process.send_signal(number)
        return self.process.wait(START_SECONDS)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("handsel") / "data"


@pytest.fixture
def handsel(data):
    handsel = Handsel(data, free_port())
    yield handsel
    if hasattr(handsel, "process"):
        handsel.stop()


def test_everything_starts_answers_and_ends_in_order(handsel):
    handsel.start().ready()
    processes = descendants_of(handsel.process.pid)

    assert handsel.answers() == [200, 200]
    assert "Begin here, once: " in handsel.log.read_text()
    assert handsel.stop(signal.SIGINT) == 0
    assert [command_of(pid) for pid in processes if is_alive(pid)] == []
    assert "is ended at once" not in handsel.log.read_text()


def test_whatever_is_killed_comes_back(handsel):
    handsel.start().ready()

    for name in ("web", "tracking", "intake", "worker", "postgres"):
        killed = handsel.pid_of(name)
        os.kill(killed, signal.SIGKILL)
        handsel.until(lambda: handsel.pid_of(name) not in (0, killed), f"started again: {name}")  # noqa: B023
    handsel.until(lambda: handsel.answers() == [200, 200], "answering again")
    assert handsel.stop() == 0


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_continues(handsel):
    handsel.start().ready()
    cluster = Cluster(handsel.data)
    assert cluster.attach()
    with psycopg.connect(cluster.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    processes = descendants_of(handsel.process.pid)
    handsel.stop(signal.SIGKILL)

    handsel.start().ready()
    assert [command_of(pid) for pid in processes if is_alive(pid)] == []
    cluster.attach()
    with psycopg.connect(cluster.url(OWNER)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
        connection.execute("DROP TABLE kept")


def test_a_second_one_on_the_same_folder_is_refused(handsel):
    handsel.start().ready()
    second = Handsel(handsel.data, free_port())
    second.log = handsel.log.with_name("second.log")

    assert "Handsel already works on" in second.start().refused()
    assert handsel.answers() == [200, 200]


def test_a_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = Handsel(tmp_path / "data", port).start().refused()

    assert f"Port {port} (the pages) is taken" in said
    assert "PORT=" in said
    assert not (tmp_path / "data").exists()


def test_somebody_elses_folder_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "thesis.txt").write_text("mine")

    said = Handsel(tmp_path / "data", free_port()).start().refused()
    assert "holds files that are not Handsel's, such as thesis.txt" in said
    assert "DATA=" in said


def test_an_unreachable_database_is_named(tmp_path, monkeypatch):
    url = "postgresql://handsel_app:hush@127.0.0.1:1/handsel"
    result = subprocess.run(
        [sys.executable, "-m", "handsel.config.cli", "up", "--port", str(free_port())],
        env={**os.environ, "HANDSEL_DATABASE_URL": url, "HANDSEL_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )

    assert result.returncode == 1
    assert "No database at postgresql://handsel_app:…@127.0.0.1:1/handsel" in result.stderr
    assert "hush" not in result.stdout + result.stderr
    assert not Path(tmp_path / "data" / "postgres").exists()
