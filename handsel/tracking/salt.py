"""The salt of visitors' keys: another one each day (UTC), and that of yesterday is gone.

Each day's salt is made from the day before's by a one-way step (HMAC-SHA256), and only the newest
stands on disk. So the processes of a host, and hosts that began with the same file, agree without
asking each other, and nobody, ourselves included, can tell any more whose visit an older row was.
"""

import os
import secrets
from pathlib import Path
from struct import Struct

import structlog

from handsel.tracking.keys import KEY_BYTES, KeyUnusable, sync_folder
from handsel.tracking.mac import Mac

log = structlog.get_logger("handsel.tracking")

_FILE = Struct(f">q{KEY_BYTES}s")  # number of the day since 1970, its salt
# Beyond so many days a single step must do: a clock that was set to another century.
_STEPS_MAX = 3660


_Version = tuple[int, int]


class DailySalt:
    def __init__(self, path: Path) -> None:
        """The salt in `path`, made when there is none. Raises KeyUnusable."""
        self._path = path
        self._day = 0
        self._salt = b""
        self._seen: _Version | None = None
        try:
            if not path.exists():
                self._keep(0, secrets.token_bytes(KEY_BYTES))
            self._read()
        except OSError as error:
            raise KeyUnusable(f"{error.filename or path}: {error.strerror}") from error

    def of(self, day: int) -> bytes:
        """The salt of today. A clock that goes back over midnight finds today's still.

        What another process has put on disk counts: one that saw a clock jump ahead, and back
        again, goes on with a salt that cannot be made from the one before. Ask again each minute.
        """
        self._follow()
        if day > self._day or day < self._day - 1:
            self._day, self._salt = day, _stepped(self._salt, self._day, day)
            try:
                self._keep(self._day, self._salt)
            except OSError as error:
                # Visitors are told apart all the same; the next day tries again.
                log.error("visitors' salt could not be replaced on disk", detail=str(error))
        return self._salt

    def _follow(self) -> None:
        try:
            if _version(self._path) != self._seen:
                self._read()
        except (OSError, KeyUnusable) as error:
            log.error("visitors' salt could not be read again", detail=str(error))

    def _read(self) -> None:
        """Raises OSError and KeyUnusable."""
        seen = _version(self._path)
        held = self._path.read_bytes()
        if len(held) != _FILE.size:
            raise KeyUnusable(f"{self._path} holds {len(held)} bytes instead of {_FILE.size}.")
        self._day, self._salt = _FILE.unpack(held)
        self._seen = seen

    def _keep(self, day: int, salt: bytes) -> None:
        """Put it in place of the older one, whole or not at all."""
        aside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_FILE.pack(day, salt))
            file.flush()
            os.fsync(file.fileno())
        if day == 0:
            _link_first(aside, self._path)
        else:
            aside.rename(self._path)
        sync_folder(self._path.parent)


def _version(path: Path) -> _Version:
    """Another one whenever the file was replaced."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def _stepped(salt: bytes, from_day: int, to_day: int) -> bytes:
    if not 0 < to_day - from_day <= _STEPS_MAX and from_day != 0:
        return Mac(salt).digest(b"jump to day %d" % to_day)
    for day in range(from_day + 1, to_day + 1):
        salt = Mac(salt).digest(b"day %d" % day)
    return salt


def _link_first(aside: Path, path: Path) -> None:
    """Of several processes that start together, the first decides for all."""
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
