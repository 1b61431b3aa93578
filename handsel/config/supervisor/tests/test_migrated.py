"""When `handsel up` may skip `handsel migrate`."""

import psycopg
import pytest

from handsel.config.postgres.passwords import OWNER
from handsel.config.postgres.testing import running_test_server
from handsel.config.supervisor import migrated
from handsel.config.supervisor.migrated import is_migrated, note_migrated

APPLIED = "INSERT INTO django_migrations (id) VALUES (%s)"


@pytest.fixture
def database(worker_id):
    """Two databases made by this very version, one of them Ada's; xdist's workers have their own,
    for they share the server."""
    server = running_test_server()
    names = {name: f"{name}_{worker_id}" for name in ("adas", "other")}
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as maker:
        for name in names.values():
            maker.execute(f"CREATE DATABASE {name}")
            with psycopg.connect(server.url(OWNER, name)) as connection:
                connection.execute("CREATE TABLE django_migrations (id int)")
                connection.execute(APPLIED, [1])
        yield lambda name: server.url(OWNER, names[name])
        for name in names.values():
            maker.execute(f"DROP DATABASE {name}")


@pytest.fixture
def adas(database, tmp_path):
    note_migrated(tmp_path, database("adas"))
    return database("adas")


def test_the_same_again_is_skipped(adas, tmp_path):
    assert is_migrated(tmp_path, adas)


def test_a_new_folder_is_not(adas, tmp_path):
    assert not is_migrated(tmp_path / "other", adas)


def test_another_database_is_not(adas, database, tmp_path):
    assert not is_migrated(tmp_path, database("other"))


def test_a_database_that_another_version_went_on_with_is_not(adas, tmp_path):
    with psycopg.connect(adas) as connection:
        connection.execute(APPLIED, [2])

    assert not is_migrated(tmp_path, adas)


def test_a_program_with_other_migrations_is_not(adas, tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "_digest", lambda path: "edited")

    assert not is_migrated(tmp_path, adas)


def test_an_updated_library_is_not(adas, tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "version", lambda name: "99")

    assert not is_migrated(tmp_path, adas)
