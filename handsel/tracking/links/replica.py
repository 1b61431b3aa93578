"""The links on this host's disk: what redirects go on with when PostgreSQL is away."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from uuid import UUID

import structlog

log = structlog.get_logger("handsel.tracking.links")

# A row with an empty slug speaks for its host: where visitors of unknown links go.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS links (
    host TEXT NOT NULL, slug TEXT NOT NULL, number INTEGER NOT NULL, seq INTEGER NOT NULL,
    payload TEXT NOT NULL, PRIMARY KEY (host, slug)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_number ON links (number);
CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
INSERT OR IGNORE INTO cursor VALUES (1, 0);
CREATE TABLE IF NOT EXISTS programs (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# A link that was given another slug or host leaves its old one.
_LEAVE = """
DELETE FROM links WHERE number = :number AND seq < :seq AND (host, slug) <> (:host, :slug)
AND slug <> '' AND :slug <> ''"""
# What is known to be newer stays, wherever it stands.
_TAKE = """
INSERT INTO links (host, slug, number, seq, payload)
SELECT :host, :slug, :number, :seq, :payload WHERE :slug = '' OR NOT EXISTS
    (SELECT 1 FROM links WHERE number = :number AND seq > :seq AND slug <> '')
ON CONFLICT (host, slug) DO UPDATE
SET number = excluded.number, seq = excluded.seq, payload = excluded.payload
WHERE excluded.seq > links.seq"""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the feed."""

    seq: int
    number: int
    slug: str
    payload: str

    @property
    def host(self) -> str:
        """The only host on which the link answers; empty: every host."""
        with suppress(ValueError, AttributeError):
            return str(json.loads(self.payload).get("host") or "").lower()
        return ""


class Replica:
    """A SQLite file, made anew when it is damaged, and kept in memory when it cannot be."""

    def __init__(self, path: Path) -> None:
        self._write_lock = Lock()
        self._database = _open(path)
        # Reading has a connection of its own, so that the event loop waits for no write.
        self._reader = _reader(self._database)
        self.hosts = self._read_hosts()

    def payload(self, host: str, slug: str) -> str | None:
        row = self._reader.execute(
            "SELECT payload FROM links WHERE host = ? AND slug = ?", (host, slug)
        ).fetchone()
        return None if row is None else str(row[0])

    def cursor(self) -> int:
        """The highest change that has been applied."""
        return int(self._reader.execute("SELECT seq FROM cursor").fetchone()[0])

    def count(self) -> int:
        return int(self._reader.execute("SELECT count(*) FROM links").fetchone()[0])

    def programs(self) -> set[UUID]:
        return {UUID(text) for text in _texts(self._reader.execute("SELECT id FROM programs"))}

    def add_programs(self, programs: Iterable[UUID]) -> None:
        rows = [(str(program),) for program in programs]
        with self._write_lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR IGNORE INTO programs VALUES (?)", rows)

    def apply(self, changes: Sequence[Change], *, cursor: int | None = None) -> None:
        """Take changes over, all or none; older ones than those here change nothing."""
        with self._write_lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            rows = [{**asdict(change), "host": change.host} for change in changes]
            self._database.executemany(_LEAVE, rows)
            self._database.executemany(_TAKE, rows)
            if cursor is not None:
                self._database.execute("UPDATE cursor SET seq = max(seq, ?)", (cursor,))
        self.hosts |= {c.host for c in changes if c.host}

    def distrust(self) -> None:
        """The feed's numbers began anew: take every change, and `forget_stale` afterwards."""
        with self._write_lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("UPDATE links SET seq = -1")

    def forget_stale(self, cursor: int) -> None:
        """Drop what the feed no longer knows. Until here the old cursor stands, so that a
        process that is stopped half-way begins anew once more."""
        with self._write_lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM links WHERE seq = -1")
            self._database.execute("UPDATE cursor SET seq = ?", (cursor,))
        self.hosts = self._read_hosts()

    def close(self) -> None:
        self._reader.close()
        self._database.close()

    def _read_hosts(self) -> set[str]:
        return _texts(self._reader.execute("SELECT DISTINCT host FROM links WHERE host <> ''"))


def _texts(rows: Iterable[tuple[str]]) -> set[str]:
    return {row[0] for row in rows}


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(str(path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            log.warning("links replica is damaged, made anew", path=str(path), detail=str(error))
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
            return _connect(str(path))
    except (OSError, sqlite3.OperationalError) as error:
        log.error("links replica is not on disk", path=str(path), detail=str(error))
        return _connect(":memory:")


def _connect(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    # Whatever a power cut takes from it, the feed brings again.
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.execute("PRAGMA synchronous = NORMAL")
    database.executescript(_SCHEMA)
    return database


def _reader(database: sqlite3.Connection) -> sqlite3.Connection:
    [(_, _, file)] = database.execute("PRAGMA database_list")
    return _connect(file) if file else database
