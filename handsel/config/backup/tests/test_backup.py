"""There and back: database, spools, keys and uploads through one file."""

import io
import sqlite3

import psycopg
import pytest

from handsel.config.backup import age
from handsel.config.backup.age import Damaged, WrongPassphrase
from handsel.config.backup.archive import DATABASE, Writer
from handsel.config.backup.create import FileExists, create
from handsel.config.backup.dump import DumpFailed, RestoreFailed
from handsel.config.backup.restore import FolderNotEmpty, restore
from handsel.config.postgres import Cluster
from handsel.config.postgres.passwords import APP, OWNER
from handsel.config.supervisor import folder
from handsel.config.supervisor.database import Urls, embedded_urls
from handsel.environment import Environment

SCHEMA = """
    CREATE TABLE entry (id int PRIMARY KEY, brand text, amount_minor bigint);
    INSERT INTO entry VALUES (1, 'acme', 1250), (2, 'other', -1250);
    ALTER TABLE entry ENABLE ROW LEVEL SECURITY;
    ALTER TABLE entry FORCE ROW LEVEL SECURITY;
    CREATE POLICY seen ON entry USING (current_setting('handsel.scope', true) = 'system');
    GRANT SELECT, INSERT ON entry TO handsel_app;
"""


@pytest.fixture(autouse=True)
def quick_to_guess(monkeypatch):
    monkeypatch.setattr(age, "WORK_FACTOR", 2)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Ada's installation: two rows, a spool that is being written, a key, an upload."""
    data = tmp_path_factory.mktemp("ada") / "data"
    folder.claim(data)
    (data / "keys").mkdir(mode=0o700)
    (data / "keys" / "click.key").write_bytes(b"secret")
    (data / "uploads" / "logos").mkdir(parents=True)
    (data / "uploads" / "logos" / "acme.svg").write_text("<svg/>")
    cluster = Cluster(data, durable=False)
    cluster.start()
    with psycopg.connect(cluster.url(OWNER)) as connection:
        connection.execute(SCHEMA)
    yield cluster
    cluster.stop(hurry=True)


@pytest.fixture
def spool(server):
    """An open segment whose last click is still in the write-ahead log."""
    segment = server.data / "spool" / "abcd" / "00000001.sqlite"
    segment.parent.mkdir(parents=True, exist_ok=True)
    writer = sqlite3.connect(segment, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, body BLOB)")
    writer.execute("INSERT INTO events (body) VALUES ('a click')")
    yield segment
    writer.close()


@pytest.fixture
def backup(server, spool, tmp_path):
    file = tmp_path / "handsel.backup"
    create(file, Environment(data=server.data), embedded_urls(server), "Ada")
    return file


def entries(url):
    with psycopg.connect(url, options="-c handsel.scope=system") as connection:
        return connection.execute("SELECT * FROM entry ORDER BY id").fetchall()


def test_a_restored_folder_has_everything(backup, tmp_path, server, spool):
    data = tmp_path / "there"
    restore(backup, data, "Ada")

    assert (data / "keys" / "click.key").read_bytes() == b"secret"
    assert (data / "uploads" / "logos" / "acme.svg").read_text() == "<svg/>"
    with sqlite3.connect(data / spool.relative_to(server.data)) as copy:
        assert copy.execute("SELECT body FROM events").fetchone() == ("a click",)
    there = Cluster(data)
    there.start()
    try:
        assert entries(there.url(APP)) == entries(server.url(OWNER)) != []
        with psycopg.connect(there.url(APP)) as connection:
            assert connection.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    finally:
        there.stop(hurry=True)


def test_a_restored_server_has_passwords_of_its_own(backup, tmp_path, server):
    restore(backup, tmp_path / "there", "Ada")

    name = f"keys/{OWNER}.password"
    assert (tmp_path / "there" / name).read_text() != (server.data / name).read_text()


def test_one_flipped_byte_anywhere_is_refused_and_nothing_is_written(backup, tmp_path):
    whole = backup.read_bytes()
    places = range(0, len(whole), max(1, len(whole) // 50))
    damaged = tmp_path / "damaged"

    for place in places:
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises((Damaged, WrongPassphrase)):
            restore(damaged, tmp_path / "there", "Ada")

    assert len(places) >= 50
    assert not (tmp_path / "there").exists()


def test_a_backup_that_was_cut_short_is_refused(backup, tmp_path):
    backup.write_bytes(backup.read_bytes()[:-1])

    with pytest.raises(Damaged):
        restore(backup, tmp_path / "there", "Ada")
    assert not (tmp_path / "there").exists()


def test_a_wrong_passphrase_is_said_to_be_wrong(backup, tmp_path):
    with pytest.raises(WrongPassphrase):
        restore(backup, tmp_path / "there", "Mallory")
    assert not (tmp_path / "there").exists()


def test_a_folder_that_holds_something_is_left_alone(backup, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "letter.txt").write_text("mine")

    with pytest.raises(FolderNotEmpty):
        restore(backup, tmp_path / "there", "Ada")
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["letter.txt"]


def test_nothing_in_the_file_can_be_read_without_the_passphrase(backup):
    whole = backup.read_bytes()

    assert b"secret" not in whole
    assert b"entry" not in whole
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_overwrites_nothing(backup, server):
    with pytest.raises(FileExists):
        create(backup, Environment(data=server.data), embedded_urls(server), "Ada")


def test_a_dump_that_fails_leaves_no_file(server, tmp_path):
    urls = Urls(app=server.url(APP), owner=server.url(OWNER, "no_such_database"))

    with pytest.raises(DumpFailed, match="no_such_database"):
        create(tmp_path / "x", Environment(data=server.data), urls, "Ada")
    assert list(tmp_path.iterdir()) == []


def test_the_owner_of_a_server_that_is_not_ours_dumps_every_row(server, spool, tmp_path):
    urls = Urls(app=server.url(APP), owner=server.url(OWNER))
    create(tmp_path / "x", Environment(data=server.data), urls, "Ada")

    restore(tmp_path / "x", tmp_path / "there", "Ada")

    there = Cluster(tmp_path / "there")
    there.start()
    try:
        assert len(entries(there.url(OWNER))) == 2
    finally:
        there.stop(hurry=True)


def test_a_restore_that_fails_half_way_leaves_nothing(tmp_path):
    """Whole and well encrypted, but not of a database PostgreSQL can read."""
    file = tmp_path / "x"
    with file.open("wb") as target:
        writer = Writer(target, "Ada", lambda _: None)
        writer.add_parts(f"{DATABASE}/dump", io.BytesIO(b"no dump"))
        writer.add_parts("uploads/later", io.BytesIO(b"x"))
        writer.finish(made_at="", handsel="", postgresql="")

    with pytest.raises(RestoreFailed):
        restore(file, tmp_path / "there", "Ada")
    assert not (tmp_path / "there").exists()
