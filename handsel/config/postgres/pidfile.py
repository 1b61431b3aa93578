"""`postmaster.pid`: what a server says about itself, and whether it is telling the truth.

The lines, from PostgreSQL's miscadmin.h: pid, data folder, start time, port, socket folder,
listening address, shared memory, status.
"""

import os
import signal
import time
from pathlib import Path

from handsel.config.postgres.configuration import Address

LEFTOVER_SECONDS = 30


def read_status(folder: Path, pid: int | None = None) -> str:
    """`starting`, `ready`, `stopping` …, or nothing: no server, a dead one, or not that `pid`."""
    lines = _lines(folder)
    if len(lines) < 8 or not _is_server(int(lines[0]), folder):
        return ""
    return lines[7].strip() if pid in (None, int(lines[0])) else ""


def read_address(folder: Path) -> Address | None:
    lines = _lines(folder)
    if len(lines) < 6:
        return None
    return Address(lines[4] or lines[5], int(lines[3]))


def end_leftover_server(folder: Path) -> None:
    """Wait for a server whose supervisor was killed, and clear the file of a dead one.

    PostgreSQL believes any living process of its user to be the old server. In a container,
    where numbers start again at 1, that is often one of ours.
    """
    path = folder / "postmaster.pid"
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (lines := _lines(folder)) and _is_server(int(lines[0]), folder):
        # Once more, in case the kernel could not tell it that its parent died.
        os.kill(int(lines[0]), signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
        time.sleep(0.1)
    path.unlink(missing_ok=True)


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_server(pid: int, folder: Path) -> bool:
    """Whether `pid` lives and works in `folder`, as every PostgreSQL process does."""
    working = Path(f"/proc/{pid}/cwd")
    if working.parent.parent.joinpath("self").exists():
        try:
            return working.readlink() == folder.resolve()
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
