"""One server by itself, on folders of every kind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import ANY

import psycopg
import pytest

from handsel.config.postgres import Cluster, DatabaseNotStartable
from handsel.config.postgres.configuration import Address
from handsel.config.postgres.passwords import APP, OWNER
from handsel.config.postgres.pidfile import read_status


@pytest.fixture
def data():
    """A folder every user may reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="handsel-Cluster-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def cluster(data):
    """Durable, and stopped at the end."""
    cluster = Cluster(data)
    yield cluster
    cluster.stop(hurry=True)


def start(cluster):
    cluster.start(stderr=subprocess.DEVNULL)


def ask(url, statement):
    with psycopg.connect(url) as connection:
        [value] = connection.execute(statement).fetchone() or [None]
        return value


def test_what_was_committed_survives_a_killed_server(cluster):
    start(cluster)
    with psycopg.connect(cluster.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    cluster.process.kill()
    cluster.process.wait()

    start(cluster)

    assert ask(cluster.url(OWNER), "SELECT value FROM kept") == 7


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_the_server_is_durable(cluster, setting):
    start(cluster)

    assert ask(cluster.url(APP), f"SHOW {setting}") == "on"


def test_the_application_owns_nothing_and_sees_every_row_policy(cluster):
    start(cluster)

    assert (
        ask(
            cluster.url(APP),
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user",
        )
        is False
    )
    with psycopg.connect(cluster.url(APP)) as connection, pytest.raises(psycopg.Error):
        connection.execute("CREATE TABLE mine (x int)")


def test_text_sorts_by_code_point_in_a_builtin_locale(cluster):
    start(cluster)

    assert ask(cluster.url(APP), "SELECT datlocale FROM pg_database WHERE datname = 'handsel'") == (
        "C.UTF-8"
    )
    assert ask(cluster.url(APP), "SELECT lower('ÅÖŁ')") == "åöł"


def test_a_wrong_password_does_not_enter(cluster):
    start(cluster)
    url = cluster.url(APP)
    (cluster.keys / f"{APP}.password").write_text("guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url(APP))
    assert ask(url, "SELECT 1") == 1


def test_passwords_and_data_are_closed_to_others(cluster):
    start(cluster)

    closed = [cluster.keys, cluster.folder, cluster.run, *cluster.keys.iterdir()]
    assert [path for path in closed if path.stat().st_mode & 0o077] == []


def test_a_folder_below_a_closed_one_works_and_stays_closed(tmp_path):
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    cluster = Cluster(closed / "data", durable=False)
    start(cluster)
    try:
        assert ask(cluster.url(APP), "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.stop()


def test_a_path_too_long_for_a_socket_uses_the_loopback(data):
    deep = data / ("d" * 100)
    deep.mkdir(mode=0o711)
    cluster = Cluster(deep, durable=False)
    start(cluster)
    try:
        assert cluster.address == Address("127.0.0.1", ANY)
        assert ask(cluster.url(APP), "SELECT 1") == 1
    finally:
        cluster.stop()


def test_another_process_can_find_the_server(cluster):
    start(cluster)
    other = Cluster(cluster.data)

    assert other.attach()
    assert other.url(APP) == cluster.url(APP)


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(cluster):
    start(cluster)
    pid_file = cluster.folder / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.process.kill()
    cluster.process.wait()
    # The server's own user runs the stranger: PostgreSQL alone would refuse to start.
    stranger = subprocess.Popen(
        ["sleep", "60"], user=cluster.user.uid if cluster.user else os.getuid()
    )
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    try:
        assert not Cluster(cluster.data).attach()
        start(cluster)
        assert ask(cluster.url(APP), "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


ORPHAN = """
import os, subprocess, sys
from pathlib import Path
from unittest.mock import ANY
from handsel.config.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]))
cluster.start(stderr=subprocess.DEVNULL)
print(cluster.process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def orphan(cluster):
    """A server whose parent has just been killed."""
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, cluster.data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    return pid


def test_the_server_ends_in_good_order_with_its_killed_parent(cluster, orphan):
    deadline = time.monotonic() + 20
    while (cluster.folder / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not (cluster.folder / "postmaster.pid").exists()


def test_the_next_start_waits_for_an_orphan(cluster, orphan):
    start(cluster)

    assert read_status(cluster.folder, pid=cluster.process.pid) == "ready"
    assert read_status(cluster.folder, pid=orphan) == ""


def test_half_a_first_start_is_done_again(cluster, data):
    fresh = data / "postgres.new"
    fresh.mkdir()
    (fresh / "PG_VERSION").write_text("18\n")

    start(cluster)

    assert ask(cluster.url(APP), "SELECT 1") == 1


def test_lost_passwords_are_said_to_be_lost(cluster):
    start(cluster)
    cluster.stop()
    for path in cluster.keys.iterdir():
        path.unlink()

    with pytest.raises(DatabaseNotStartable, match="does not open with the passwords"):
        start(cluster)
    assert cluster.process.poll() is not None
