"""A disk that loses power: what was not synced is gone, or there in part.

An apsw VFS passes everything on to the real file system and remembers, for each file, its content
at the last sync and the writes since. At the chosen moment it writes down what a disk could hold
after a power cut: every file as it was synced, and of the writes since either none or any.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

Write = tuple[int, bytes] | int  # at an offset, or a truncation to a size


class PowerCut(apsw.VFS):
    """One run of a machine. `lost` is called once, at the moment of the cut, before any write
    or sync that comes after `operations`."""

    def __init__(self, name: str, operations: int, lost: Callable[[], None]) -> None:
        self.name = name
        self.files: dict[Path, _File] = {}
        self._left = operations
        self._lost = lost
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        file = _File(self, name, flags)
        if path:
            self.files[Path(path)] = file
        return file

    def xDelete(self, name: str, sync_folder: bool) -> None:
        super().xDelete(name, sync_folder)
        self.files.pop(Path(name), None)

    def before_operation(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._lost()

    def connect(self, path: Path, busy_timeout_s: float) -> apsw.Connection:
        """For `SpoolWriter(connect=…)`. Such a file shares no memory with other processes, so its
        connection keeps it to itself."""
        connection = apsw.Connection(str(path), vfs=self.name)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        return connection

    def image(self, folder: Path, chance: random.Random | None) -> None:
        """What the disk holds: none of the writes since the last sync or, by chance, some."""
        for path, file in self.files.items():
            kept = file.synced
            for write in file.since:
                if chance is not None and chance.random() < 0.5:
                    kept = _written(kept, write)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / path.name).write_bytes(kept)


class _File(apsw.VFSFile):
    def __init__(self, vfs: PowerCut, name: Any, flags: list[int]) -> None:
        self.synced = b""
        self.since: list[Write] = []
        self._vfs = vfs
        self._now = b""
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._vfs.before_operation()
        self._change((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._vfs.before_operation()
        self._change(size)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self._vfs.before_operation()
        super().xSync(flags)
        self.synced, self.since = self._now, []

    def _change(self, write: Write) -> None:
        self.since.append(write)
        self._now = _written(self._now, write)


def _written(content: bytes, write: Write) -> bytes:
    if isinstance(write, int):
        return content[:write].ljust(write, b"\0")
    offset, data = write
    return content[:offset].ljust(offset, b"\0") + data + content[offset + len(data) :]
