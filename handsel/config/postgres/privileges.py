"""Whom PostgreSQL runs as. It refuses to be root, so root lends it another user.

That user must reach the data folder and the wheel. Where a folder above them is closed to it
(/root is, on most machines) the server gets one capability to pass through, and no permission
above the data folder is changed.
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handsel.errors import DomainError

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_PDEATHSIG = 1
PR_GET_SECUREBITS, PR_SET_SECUREBITS = 27, 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2

libc = ctypes.CDLL(None, use_errno=True)


class FolderNotReachable(DomainError):
    """The database's user cannot get to its folder, and nothing here may let it."""


@dataclass(frozen=True)
class User:
    """Whom to become; `capability` is what it needs to reach its folders, if anything."""

    name: str
    uid: int
    gid: int
    capability: int | None = None


def server_user(data: Path, programs: Path) -> User | None:
    """The user PostgreSQL runs as, or None for our own.

    Started by root, that is the data folder's owner, else `postgres`, else `nobody`.
    Raises FolderNotReachable when a closed folder is in the way.
    """
    if os.geteuid() != 0:
        return None
    entry = _unprivileged(data)
    folders = [data, programs]
    if all(is_traversable(folder, entry.pw_uid, entry.pw_gid) for folder in folders):
        return User(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid, _capability(data, entry.pw_name))


def become(user: User | None, parent_died: signal.Signals = signal.SIGINT) -> Callable[[], None]:
    """What a child does between fork and exec: become `user`, and arrange for `parent_died`
    to be sent to it when its parent has died."""
    parent = os.getpid()

    def prepare() -> None:
        if user is not None:
            _switch(user)
        os.umask(0o077)
        die_with_parent(parent, parent_died)

    return prepare


def die_with_parent(parent: int, sig: signal.Signals) -> None:
    """Ask the kernel to send this process `sig` when `parent` is gone (Linux; elsewhere nothing).

    A change of user clears the request, so it comes after that.
    """
    if sys.platform != "linux":
        return
    libc.prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), sig)


def is_traversable(folder: Path, uid: int, gid: int) -> bool:
    """Whether the permission bits let a user without supplementary groups reach `folder`."""
    for part in (folder, *folder.parents):
        stat = part.stat()
        shift = 6 if stat.st_uid == uid else 3 if stat.st_gid == gid else 0
        if not stat.st_mode >> shift & 1:
            return False
    return True


def _unprivileged(data: Path) -> pwd.struct_passwd:
    owner = data.stat().st_uid
    if owner != 0:
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise FolderNotReachable(
        "PostgreSQL does not run as root, and there is no other user to lend it.",
        remedy="Give the data folder to an ordinary user (chown), or start Handsel as one.",
    )


def _capability(data: Path, user: str) -> int:
    held = _effective_capabilities()
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if held >> capability & 1:
            return capability
    raise FolderNotReachable(
        f"PostgreSQL runs as the user {user}, who cannot reach {data}.",
        remedy="Choose a folder that is not below a closed one: DATA=/var/lib/handsel.",
    )


def _effective_capabilities() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff:"))
    return int(line.split()[1], 16)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Set(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _switch(user: User) -> None:
    if user.capability is not None:
        # access(2) asks with the real user's capabilities, which a change of user empties
        # unless this bit is set; PostgreSQL looks for its own programs by access(2).
        bits = libc.prctl(PR_GET_SECUREBITS, 0, 0, 0, 0)
        _check(libc.prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    if user.capability is not None:
        _keep_only(user.capability)


def _keep_only(capability: int) -> None:
    mask = 1 << capability
    header = _Header(CAPABILITY_VERSION_3, 0)
    sets = (_Set * 2)(_Set(mask, mask, mask), _Set(0, 0, 0))
    _check(libc.capset(ctypes.byref(header), ctypes.byref(sets)))
    _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
