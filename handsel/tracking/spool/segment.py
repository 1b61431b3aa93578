"""One SQLite file of a spool, as its writer sees it."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from handsel.tracking.keys import sync_folder

SUFFIX = ".sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, body BLOB NOT NULL
)"""

# A whole group in one statement. SQLite works without the GIL, and Python asks for it back
# once per statement: row by row, every one of them would wait for the event loop's turn.
_INSERT = """
INSERT INTO events (position, kind, at_ms, body)
SELECT
    ?1 + key,
    json_extract(value, '$[0]'),
    json_extract(value, '$[1]'),
    substr(?3, json_extract(value, '$[2]'), json_extract(value, '$[3]'))
FROM json_each(?2)"""

# kind, moment in milliseconds, body
Record = tuple[str, int, bytes]


def segment_path(spool: Path, number: int) -> Path:
    return spool / f"{number:08d}{SUFFIX}"


def segment_numbers(spool: Path) -> list[int]:
    return sorted(int(p.stem) for p in spool.glob(f"*{SUFFIX}") if p.stem.isdecimal())


class Segment:
    """Rows are on disk when `write` returns: WAL with a full sync at every commit."""

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        """Create the file. Raises sqlite3.Error or OSError, and then leaves nothing behind."""
        self.path = path
        self.events = 0
        self._database = sqlite3.connect(
            path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            self._database.execute("PRAGMA journal_mode = WAL").fetchall()
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_SCHEMA)
            sync_folder(path.parent)
            sync_folder(path.parent.parent)
        except (sqlite3.Error, OSError):
            self.discard()
            raise

    def write(self, first_position: int, group: Sequence[Record]) -> None:
        """Write a group of records in one commit; sqlite3.Error when none of them is on disk."""
        outline, offset = [], 1
        for kind, at_ms, body in group:
            outline.append((kind, at_ms, offset, len(body)))
            offset += len(body)
        bodies = b"".join(body for _, _, body in group)
        self._database.execute(_INSERT, (first_position, json.dumps(outline), bodies))
        self.events += len(group)

    def close(self) -> None:
        """Fold the log into the file. What fails here is folded by the next who opens it."""
        self._database.close()

    def discard(self) -> None:
        self._database.close()
        for path in (self.path, *self.path.parent.glob(f"{self.path.name}-*")):
            path.unlink(missing_ok=True)
