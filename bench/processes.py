"""Servers for the time of a measurement: started here, awaited, ended by their process id."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
INSTALL_SECONDS_MAX = 90.0
POLL_SECONDS = 0.01


class NotStarted(Exception):
    """A server ended, or did not answer in time; its own lines are in the message."""


@contextmanager
def running(
    command: Sequence[str | Path], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The process for as long as the block lasts; SIGTERM at its end, SIGKILL where that is late.

    It leads a group of its own, so that Ctrl-C comes to us alone and nothing is left behind.
    """
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [str(word) for word in command],
            env={**clean_environment(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def resident_bytes(pid: int) -> int:
    """What the largest process below this one holds in memory (VmRSS)."""
    below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return max([_resident(pid), *(resident_bytes(int(child)) for child in below.stdout.split())])


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def clean_environment() -> dict[str, str]:
    """Ours, without anybody's settings of Handsel."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HANDSEL_")}


def await_answer(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a GET is answered with 200 or 302."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while _status(port, path) not in (200, 302):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(log.read_text(errors="replace")[-4000:])
        time.sleep(POLL_SECONDS)


def _status(port: int, path: str) -> int:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            line = connection.makefile("rb").readline().split()
            return int(line[1]) if len(line) > 1 else 0
    except OSError:
        return 0


def free_port() -> int:
    """A port above 20000 whose successor is free, too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = int(one.getsockname()[1])
            if port > 20_000:
                try:
                    with socket.create_server(("127.0.0.1", port + 1)):
                        return port
                except OSError:
                    continue


def found_or_installed(name: str, package: str) -> str | None:
    """A program's path; fetched by apt where we are root on a Debian. None where there is none."""
    if (path := _found(name)) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        # With RUNLEVEL set, a package does not start its service.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update", "-q"], ["install", "-yq", "--no-install-recommends", package]):
            try:
                subprocess.run(
                    ["apt-get", *words],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                    timeout=INSTALL_SECONDS_MAX / 2,
                )
            except subprocess.TimeoutExpired:
                return None
        path = _found(name)
    return path


def _found(name: str) -> str | None:
    # Where Debian puts servers is not on everybody's path.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
