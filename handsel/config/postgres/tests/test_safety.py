import subprocess

import psycopg
import pytest

from handsel.config.postgres import Cluster
from handsel.config.postgres.passwords import APP, OWNER
from handsel.config.postgres.safety import DatabaseMayForget, ensure_money_safe


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Durable in its settings; nothing is kept in it."""
    cluster = Cluster(tmp_path_factory.mktemp("data"))
    cluster.start(stderr=subprocess.DEVNULL)
    yield cluster
    cluster.stop()


def test_our_own_server_is_safe(cluster):
    with psycopg.connect(cluster.url(APP)) as connection:
        ensure_money_safe(connection)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_write_is_refused(cluster, setting):
    superuser = psycopg.connect(cluster.url("postgres"), autocommit=True)
    with superuser, psycopg.connect(cluster.url(APP)) as connection:
        superuser.execute(f"ALTER SYSTEM SET {setting} = off")
        superuser.execute("SELECT pg_reload_conf()")
        try:
            wait_for(connection, setting, "off")
            with pytest.raises(DatabaseMayForget, match=setting):
                ensure_money_safe(connection)
        finally:
            superuser.execute(f"ALTER SYSTEM RESET {setting}")
            superuser.execute("SELECT pg_reload_conf()")
            wait_for(connection, setting, "on")


def test_a_role_that_does_not_wait_is_refused(cluster):
    careless = psycopg.connect(cluster.url(OWNER), options="-c synchronous_commit=off")
    with careless, pytest.raises(DatabaseMayForget, match="synchronous_commit is off") as refusal:
        ensure_money_safe(careless)
    assert "ALTER SYSTEM SET synchronous_commit = on;" in refusal.value.remedy


def wait_for(connection, setting, value):
    while connection.execute(f"SHOW {setting}").fetchone()[0] != value:
        pass
    connection.rollback()
