"""From a backup to a working data folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from handsel.config.backup import archive
from handsel.config.backup.age import Damaged
from handsel.config.backup.dump import restoring
from handsel.config.postgres import Cluster
from handsel.config.supervisor import folder
from handsel.config.supervisor.database import Urls, embedded_urls
from handsel.errors import DomainError


class FolderNotEmpty(DomainError):
    """A restore never mixes with what is there."""


def restore(
    file: Path, data: Path, passphrase: str, on_bytes: Callable[[int], None] = lambda _: None
) -> archive.Manifest:
    """Check all of `file`, then make `data` from it, with an embedded database.

    Raises FolderNotEmpty, WrongPassphrase, Damaged or RestoreFailed, and leaves nothing behind.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise FolderNotEmpty(
            f"{data} is not an empty folder.", remedy="Choose an empty or a new one: --data DIR."
        )
    with file.open("rb") as source:
        manifest = archive.check(source, passphrase, on_bytes)
    with _emptied_on_failure(data):
        folder.claim(data)
        with folder.held(data), file.open("rb") as source:
            _fill(data, archive.members(source, passphrase, on_bytes))
    return manifest


def _fill(data: Path, content: Iterator[archive.Content]) -> None:
    """The new server has passwords of its own; those of the old one are in no backup."""
    for name in archive.FOLDERS - {archive.DATABASE}:
        (data / name).mkdir(mode=0o700, exist_ok=True)
    cluster = Cluster(data)
    cluster.start()
    try:
        first = _restore_database(embedded_urls(cluster), content)
        for name, bytes_ in chain([first], content):
            if name != archive.MANIFEST:
                _write(data / name, bytes_)
    finally:
        cluster.stop()


def _restore_database(urls: Urls, content: Iterator[archive.Content]) -> archive.Content:
    """Feed the dump's parts to the server; returns the first member that is none."""
    with restoring(urls) as dump:
        for name, bytes_ in content:
            if not name.startswith(f"{archive.DATABASE}/"):
                return name, bytes_
            shutil.copyfileobj(bytes_, dump, archive.READ_BYTES)
    raise Damaged("The backup ends within its database.")


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, archive.READ_BYTES)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _emptied_on_failure(data: Path) -> Iterator[None]:
    existed = data.exists()
    try:
        yield
    except BaseException:
        for entry in data.iterdir() if data.exists() else ():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        if not existed and data.exists():
            data.rmdir()
        raise
