"""A pytest plugin: one embedded PostgreSQL for the whole run, shared by the xdist workers.

Loaded by `-p` in pyproject.toml, because it must set the environment before pytest-django
loads the settings. The root conftest.py then makes the databases in it.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from handsel.config.postgres.cluster import Cluster, connect_as_superuser
from handsel.config.postgres.passwords import APP, OWNER

DATA = "HANDSEL_DATA"
# Set by us for the xdist workers, which inherit it: the server is there already.
STARTED = "HANDSEL_TEST_SERVER"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    if STARTED not in os.environ and not _only_asks(early_config):
        cluster = start_test_server()
        early_config.add_cleanup(lambda: _end(cluster))
    # The settings are read as for a migration; what the tests start themselves is not.
    os.environ["HANDSEL_AS_OWNER"] = "1"
    try:
        return (yield)
    finally:
        del os.environ["HANDSEL_AS_OWNER"]


def start_test_server() -> Cluster:
    """A forgetful server in a folder of its own; its owner may make the test databases."""
    data = Path(tempfile.mkdtemp(prefix="handsel-test-"))
    data.chmod(0o711)
    (data / "static").mkdir()  # WhiteNoise warns of a folder that is not there
    cluster = Cluster(data, durable=False)
    with (data / "postgres.log").open("wb") as log:
        cluster.start(stderr=log)
    with connect_as_superuser(cluster) as connection:
        connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
    os.environ |= {
        STARTED: str(data),
        "HANDSEL_AS_OWNER": "1",
        DATA: str(data),
        "HANDSEL_DATABASE_URL": cluster.url(APP),
        "HANDSEL_DATABASE_OWNER_URL": cluster.url(OWNER),
    }
    return cluster


def running_test_server() -> Cluster:
    """The server of this run, from any of its processes."""
    cluster = Cluster(Path(os.environ[STARTED]), durable=False)
    if not cluster.attach():
        raise RuntimeError("The tests' PostgreSQL is gone.")
    return cluster


def hand_to_application(settings_dict: dict[str, Any], connection: psycopg.Connection) -> None:
    """From the owner's test database to what the application sees: its role, its row policies."""
    connection.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {APP}")
    options = f"-c role={APP} -c handsel.scope=system"
    settings_dict["OPTIONS"] = {**settings_dict["OPTIONS"], "options": options}


def _only_asks(config: pytest.Config) -> bool:
    options = config.known_args_namespace
    return bool(options.help or options.version)


def _end(cluster: Cluster) -> None:
    cluster.stop(hurry=True)
    shutil.rmtree(cluster.data, ignore_errors=True)
    for name in (STARTED, DATA, "HANDSEL_DATABASE_URL", "HANDSEL_DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
