"""PostgreSQL is killed while entries are posted and sealed: what was acknowledged is there."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from handsel.config.postgres import Cluster
from handsel.config.postgres.binaries import program
from handsel.config.postgres.cluster import connect_as_superuser
from handsel.config.postgres.passwords import APP, SUPERUSER
from handsel.config.postgres.testing import running_test_server

ACKNOWLEDGED_MIN = 200


@pytest.fixture
def cluster(db):
    """A durable server of its own, with the tables of the tests' database."""
    from django.db import connection

    with tempfile.TemporaryDirectory(prefix="handsel-killed-") as name:
        Path(name).chmod(0o711)
        cluster = Cluster(Path(name))
        cluster.start()
        test_database = running_test_server().url(SUPERUSER, connection.settings_dict["NAME"])
        tables = subprocess.run(
            [program("pg_dump"), "--schema-only", test_database], capture_output=True, check=True
        ).stdout
        subprocess.run(
            [program("psql"), "-q", "-v", "ON_ERROR_STOP=1", cluster.url(SUPERUSER)],
            input=tables,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield cluster
        cluster.stop(hurry=True)


def poster(cluster, *arguments):
    address = {"HANDSEL_DATABASE_URL": cluster.url(APP), "HANDSEL_DATA": str(cluster.data)}
    return subprocess.Popen(
        [sys.executable, "-m", "handsel.ledger.tests.poster", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | address,
    )


def kill_all_processes(cluster):
    """The server first, then its children, which leave its process group."""
    pid = cluster.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for doomed in [pid, *map(int, children)]:
        os.kill(doomed, signal.SIGKILL)
    cluster.process.wait()


def lost_in_a_crash(cluster):
    """What was acknowledged before a kill, and is not there after the next start."""
    process = poster(cluster)
    said = [process.stdout.readline() for _ in range(ACKNOWLEDGED_MIN)]
    kill_all_processes(cluster)
    said += process.stdout.readlines()
    process.wait()

    cluster.start()
    with psycopg.connect(cluster.url(SUPERUSER)) as connection:
        kept = {f"posted {key}\n" for (key,) in connection.execute("SELECT key FROM ledger_entry")}
        for size, root in connection.execute("SELECT size, root FROM ledger_checkpoint"):
            kept.add(f"sealed {size} {root.hex()}\n")
    return {line for line in said if line.endswith("\n")} - kept


def findings(cluster):
    process = poster(cluster, "check")
    found, _ = process.communicate()
    assert process.returncode == 0
    return found


def test_a_killed_server_loses_nothing_that_was_acknowledged(cluster):
    assert lost_in_a_crash(cluster) == set()
    assert findings(cluster) == ""


@pytest.mark.long
def test_fifty_crashes_lose_nothing(cluster):
    for _ in range(50):
        assert lost_in_a_crash(cluster) == set()
    assert findings(cluster) == ""


@pytest.mark.long
def test_control_a_server_that_answers_before_it_writes_loses(cluster):
    with connect_as_superuser(cluster) as connection:
        connection.execute(f"ALTER ROLE {APP} SET synchronous_commit = off")

    assert any(lost_in_a_crash(cluster) for _ in range(5))
