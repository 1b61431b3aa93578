"""The data folder: ours or not, writable or not, and held by one Handsel at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handsel.errors import DomainError

LAYOUT = 1
MARKER = "HANDSEL"
LOCK = "handsel.lock"
# What Handsel's processes make; `lost+found` is what a fresh volume has.
OURS = {
    *(MARKER, LOCK, "migrated", "keys", "postgres", "postgres.new", "run", "spool"),
    *("static", "tracking", "uploads", "lost+found"),
}
LEFTOVER_SECONDS = 30


class FolderNotUsable(DomainError):
    """Not a folder, not writable, or full of something else."""


class FolderInUse(DomainError):
    """Another Handsel works on this folder."""


def claim(data: Path) -> None:
    """Make the folder ours, or find that it is. Raises FolderNotUsable and changes nothing."""
    try:
        # Passable, not readable: the database may run as another user below it.
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        entries = {entry.name for entry in data.iterdir()}
    except (FileExistsError, NotADirectoryError):
        raise FolderNotUsable(f"{data} is not a folder.", remedy="Choose one: DATA=…") from None
    except OSError as error:
        raise _not_writable(data, error) from error
    if MARKER in entries:
        _check_layout(data)
    elif strangers := sorted(entries - OURS):
        raise FolderNotUsable(
            f"{data} holds files that are not Handsel's, such as {strangers[0]}.",
            remedy="Choose an empty or a new folder: DATA=…",
        )
    try:
        with (data / LOCK).open("a"):
            pass
        if MARKER not in entries:
            (data / MARKER).write_text(f"layout {LAYOUT}\n")
    except OSError as error:
        raise _not_writable(data, error) from error


def is_claimed(data: Path) -> bool:
    return (data / MARKER).is_file()


def await_leftovers(data: Path) -> None:
    """Wait for the last processes of a supervisor that was killed: they hold lock and ports."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    try:
        with (data / LOCK).open() as file:
            while not _locked(file.fileno()):
                if _is_alive(_holder(data)) or time.monotonic() > deadline:
                    return
                time.sleep(0.1)
    except OSError:
        return  # nothing of ours is there, or nothing we may read: `claim` says which


@contextmanager
def held(data: Path) -> Iterator[int]:
    """Hold the folder's lock; the descriptor is for the children to hold it, too.

    So a folder whose supervisor was killed stays locked until the last of its children is gone.
    Raises FolderInUse when another Handsel works on it, or its leftovers do not end.
    """
    with (data / LOCK).open("a+") as file:
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while not _locked(file.fileno()):
            holder = _holder(data)
            if _is_alive(holder) or time.monotonic() > deadline:
                raise FolderInUse(
                    f"Handsel already works on {data} (process {holder}).",
                    remedy="Stop it, or choose another folder: DATA=…",
                )
            time.sleep(0.1)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield file.fileno()
        file.truncate(0)


def ensure_secret_key(keys: Path) -> None:
    """What signs sessions, made once."""
    path = keys / "django.key"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")


def _check_layout(data: Path) -> None:
    words = (data / MARKER).read_text().split()
    if len(words) != 2 or words[0] != "layout" or not words[1].isdigit():
        raise FolderNotUsable(
            f"{data / MARKER} is not what Handsel wrote there.", remedy=f"layout {LAYOUT}"
        )
    if int(words[1]) > LAYOUT:
        raise FolderNotUsable(
            f"{data} was written by a newer Handsel (layout {words[1]}).",
            remedy="Start that version, or choose another folder: DATA=…",
        )


def _not_writable(data: Path, error: OSError) -> FolderNotUsable:
    return FolderNotUsable(
        f"{data} cannot be written to: {error.strerror}.",
        remedy="Give it to the user who starts Handsel, or choose another: DATA=…",
    )


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(data: Path) -> int:
    text = (data / LOCK).read_text().strip()
    return int(text) if text.isdigit() else 0


def _is_alive(pid: int) -> bool:
    """A zombie still counts: its exit is for its parent to see, and that takes a moment."""
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
