"""One SQLite file of a spool, as its writer sees it.

A row is a whole group of events, as one JSON array of `[kind, at_ms, body]`: what a commit costs
is then a matter of its bytes, not of how many visitors share it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from handsel.tracking.keys import sync_folder

SUFFIX = ".sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS groups (
    first INTEGER PRIMARY KEY, -- number of the first event; the others follow without gaps
    events INTEGER NOT NULL,
    oldest_at_ms INTEGER NOT NULL,
    body BLOB NOT NULL
)"""
_INSERT = "INSERT INTO groups (first, events, oldest_at_ms, body) VALUES (?, ?, ?, ?)"

# Opens a file that nobody else writes; what it gives has `execute` and `close`.
Connect = Callable[[Path, float], Any]


def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )


def segment_path(spool: Path, number: int) -> Path:
    return spool / f"{number:08d}{SUFFIX}"


def segment_numbers(spool: Path) -> list[int]:
    return sorted(int(p.stem) for p in spool.glob(f"*{SUFFIX}") if p.stem.isdecimal())


class Segment:
    """Groups are on disk when `write` returns: WAL with a full sync at every commit."""

    def __init__(self, path: Path, *, busy_timeout_s: float, connect: Connect = connect) -> None:
        """Create the file. Raises sqlite3.Error or OSError, and then leaves nothing behind."""
        self.path = path
        self.events = 0
        self._database = connect(path, busy_timeout_s)
        try:
            self._database.execute("PRAGMA journal_mode = WAL").fetchall()
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_SCHEMA)
            sync_folder(path.parent)
            sync_folder(path.parent.parent)
        except (sqlite3.Error, OSError):
            self.discard()
            raise

    def write(self, first: int, records: Sequence[bytes], oldest_at_ms: int) -> None:
        """Write a group in one commit; sqlite3.Error when none of it is on disk."""
        body = b"[%b]" % b",".join(records)
        self._database.execute(_INSERT, (first, len(records), oldest_at_ms, body))
        self.events += len(records)

    def close(self) -> None:
        """Fold the log into the file. What fails here is folded by the next who opens it."""
        self._database.close()

    def discard(self) -> None:
        self._database.close()
        for path in (self.path, *self.path.parent.glob(f"{self.path.name}-*")):
            path.unlink(missing_ok=True)
