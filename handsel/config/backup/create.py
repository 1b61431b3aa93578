"""Making a backup, while everything runs."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from handsel import __version__
from handsel.config.backup.archive import DATABASE, Writer
from handsel.config.backup.dump import dumped
from handsel.config.supervisor.database import Urls
from handsel.environment import Environment
from handsel.errors import DomainError


class FileExists(DomainError):
    """A backup never overwrites anything."""


def create(
    file: Path,
    environment: Environment,
    urls: Urls,
    passphrase: str,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the backup beside its place, then move it there whole.

    The spools are copied after the database: intake records in it how far it has read them, so
    that every click is in the dump or still ahead of that position, and none is in both.
    Raises FileExists, DumpFailed, or OSError when there is no room.
    """
    if file.exists():
        raise FileExists(f"{file} exists already.", remedy="Choose another name.")
    partial = file.with_name(file.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            writer = Writer(target, passphrase, on_bytes)
            with dumped(urls) as dump:
                writer.add_parts(f"{DATABASE}/dump", dump)
            _add_spools(writer, environment.spool_dir)
            _add_tree(writer, "uploads", environment.data / "uploads")
            # The passwords of this server are no one's business elsewhere: a restore makes others.
            _add_tree(writer, "keys", environment.keys_dir, without=".password")
            writer.finish(
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                handsel=__version__,
                postgresql=_server_version(urls.app),
            )
            target.flush()
            os.fsync(target.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def _add_spools(writer: Writer, spools: Path) -> None:
    """Each segment as SQLite sees it at one moment, with what is still in its write-ahead log."""
    for segment in sorted(spools.glob("*/*.sqlite")):
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "segment.sqlite"
            try:
                source = sqlite3.connect(f"{segment.absolute().as_uri()}?mode=ro", uri=True)
            except sqlite3.OperationalError:
                if segment.exists():
                    raise
                continue  # shipped long ago, and cleared away just now
            with closing(source), closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            writer.add_file(f"spool/{segment.parent.name}/{segment.name}", copy)


def _add_tree(writer: Writer, name: str, folder: Path, *, without: str | None = None) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != without:
            writer.add_file(f"{name}/{path.relative_to(folder).as_posix()}", path)


def _server_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.info.parameter_status("server_version") or ""
