"""The members of a backup: written one after the other, checked against the manifest."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from pydantic import BaseModel, ValidationError

from handsel.config.backup import age
from handsel.config.backup.age import AgeReader, AgeWriter, Damaged

FORMAT = "handsel-backup/1"
MANIFEST = "manifest.json"
# A dump's size is not known beforehand, and a tar member's must be: it goes in parts.
PART_BYTES = 8 * 1024 * 1024
READ_BYTES = 1024 * 1024
Content = tuple[str, IO[bytes]]
DATABASE = "database"
FOLDERS = {DATABASE, "keys", "spool", "uploads"}


class Member(BaseModel):
    name: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    format: str
    made_at: str
    handsel: str
    postgresql: str
    members: list[Member]


class Writer:
    """Members go in by `add_file` and `add_parts`; `finish` writes the manifest.

    `on_bytes` is told the number of bytes after every piece.
    """

    def __init__(self, target: BinaryIO, passphrase: str, on_bytes: Callable[[int], None]) -> None:
        self._age = AgeWriter(target, passphrase, age.WORK_FACTOR)
        stream: Any = self._age
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._on_bytes = on_bytes
        self.members: list[Member] = []

    def add_file(self, name: str, path: Path) -> None:
        """A file that does not change any more, or whose later bytes do not matter."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def add_parts(self, prefix: str, source: IO[bytes]) -> None:
        """A stream to its end, as `prefix.0000`, `prefix.0001`, …"""
        number = 0
        while part := source.read(PART_BYTES):
            self._add(f"{prefix}.{number:04}", io.BytesIO(part), len(part))
            number += 1

    def finish(self, *, made_at: str, handsel: str, postgresql: str) -> None:
        manifest = Manifest(
            format=FORMAT,
            made_at=made_at,
            handsel=handsel,
            postgresql=postgresql,
            members=self.members,
        )
        text = manifest.model_dump_json(indent=1).encode()
        self._tar.addfile(_info(MANIFEST, len(text)), io.BytesIO(text))
        self._tar.close()
        self._age.close()

    def _add(self, name: str, source: IO[bytes], size: int) -> None:
        watched = _Hashed(source, self._on_bytes)
        self._tar.addfile(_info(name, size), watched)
        digest = watched.digest.hexdigest()
        self.members.append(Member(name=name, size_bytes=size, sha256=digest))


class _Hashed:
    """Reads through to `source`, hashing."""

    def __init__(self, source: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self.source, self.on_bytes = source, on_bytes
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        self.on_bytes(len(data))
        return data


def members(
    source: BinaryIO, passphrase: str, on_bytes: Callable[[int], None]
) -> Iterator[Content]:
    """Every member with its bytes, in order, to be read before the next is asked for.

    Raises WrongPassphrase or Damaged; the file's end has been authenticated when this ends.
    """
    reader: Any = AgeReader(source, passphrase)
    try:
        with tarfile.open(fileobj=reader, mode="r|") as tar:
            for info in tar:
                content = tar.extractfile(info)
                if content is None or not _is_ours(info.name):
                    raise Damaged(f"The backup holds something unexpected: {info.name}")
                yield info.name, _Hashed(content, on_bytes)  # type: ignore[misc]
    except tarfile.TarError as error:
        raise Damaged(f"The backup is damaged: {error}") from error
    while reader.read(READ_BYTES):
        pass


def check(source: BinaryIO, passphrase: str, on_bytes: Callable[[int], None]) -> Manifest:
    """Read the whole file and compare it with its manifest. Raises WrongPassphrase or Damaged."""
    found: list[Member] = []
    text = b""
    for name, content in members(source, passphrase, on_bytes):
        if name == MANIFEST:
            text = content.read(-1)
            continue
        digest, size = hashlib.sha256(), 0
        while data := content.read(READ_BYTES):
            digest.update(data)
            size += len(data)
        found.append(Member(name=name, size_bytes=size, sha256=digest.hexdigest()))
    try:
        manifest = Manifest.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise Damaged("The backup has no manifest that can be read.") from error
    if manifest.format != FORMAT:
        raise Damaged(f"The backup has the format {manifest.format}; this Handsel reads {FORMAT}.")
    if manifest.members != found:
        raise Damaged("The backup's content is not what its manifest lists.")
    return manifest


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name == MANIFEST or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    info.mtime = int(time.time())
    return info
