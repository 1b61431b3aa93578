"""Why the spool did not take an event, in words a counter can carry."""

import errno
import sqlite3

_SQLITE = {
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_IOERR": "io_error",
    "SQLITE_BUSY": "locked",
    "SQLITE_CANTOPEN": "unavailable",
    "SQLITE_CORRUPT": "corrupt",
    "SQLITE_NOTADB": "corrupt",
}
_ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EIO: "io_error",
}


class SpoolError(Exception):
    """The event is not on disk. `reason` is one of few words:

    disk_full, read_only, io_error, locked, unavailable, corrupt, stalled, overloaded, closed.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


def spool_error(error: OSError | sqlite3.Error) -> SpoolError:
    if isinstance(error, OSError):
        return SpoolError(_ERRNO.get(error.errno or 0, "unavailable"), str(error))
    # An extended name, as SQLITE_IOERR_WRITE, begins with its family's.
    name: str = getattr(error, "sqlite_errorname", "")
    family = "_".join(name.split("_")[:2])
    return SpoolError(_SQLITE.get(family, "unavailable"), f"{name} {error}")
