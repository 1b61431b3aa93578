"""One embedded PostgreSQL server: made, started, awaited, stopped."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from handsel.config.postgres.binaries import program
from handsel.config.postgres.configuration import HBA, Address, choose_address, settings
from handsel.config.postgres.passwords import APP, OWNER, SUPERUSER, password
from handsel.config.postgres.pidfile import (
    end_leftover_server,
    read_address,
    read_status,
)
from handsel.config.postgres.privileges import User, become, server_user
from handsel.errors import DomainError

DATABASE = "handsel"
POLL_SECONDS = 0.02
STOP_SECONDS = 60
INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
    "--auth=scram-sha-256",
    "--no-instructions",
    f"--username={SUPERUSER}",
)


class DatabaseNotStartable(DomainError):
    """The embedded PostgreSQL did not come up; its own words are in the message or the log."""


class Cluster:
    """A server on `data/postgres`, with its socket in `data/run` and passwords in `data/keys`.

    The caller holds the data folder's lock: two servers on one folder destroy it.
    Without `durable` it forgets everything in a crash, which only tests may want.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self.folder = self.data / "postgres"
        self.keys = self.data / "keys"
        self.run = self.data / "run"
        self.durable = durable
        self.user: User | None = None
        self.address: Address | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Everything before the process: whom it runs as, its folder, its configuration."""
        self.user = server_user(self.data, program("postgres").parent)
        self._own_folder(self.run)
        if not (self.folder / "PG_VERSION").exists():
            self._initialize()
        end_leftover_server(self.folder)
        self.address = self.address or choose_address(self.run)
        written = settings(self.address, durable=self.durable)
        self._own_file(self.folder / "handsel.conf", written)
        self._own_file(self.folder / "pg_hba.conf", HBA)

    @property
    def command(self) -> list[str]:
        return [str(program("postgres")), "-D", str(self.folder)]

    def is_ready(self, pid: int) -> bool:
        """Whether the server with this process id takes connections: recovery is behind it."""
        return read_status(self.folder, pid=pid) == "ready"

    def start(self, *, stderr: int | IO[bytes] = subprocess.DEVNULL) -> None:
        """Start the server as our child and return when it takes connections.

        Raises DatabaseNotStartable when it ends instead.
        """
        self.prepare()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=become(self.user),  # noqa: PLW1509 - no thread runs yet
        )
        try:
            while not self.is_ready(self.process.pid):
                if self.process.poll() is not None:
                    raise DatabaseNotStartable(
                        f"PostgreSQL ended while starting (exit status {self.process.returncode}).",
                        remedy="`handsel up` shows its log.",
                    )
                time.sleep(POLL_SECONDS)
            ensure_roles(self)
        except BaseException:
            self.stop()
            raise

    def attach(self) -> bool:
        """Find the server another process runs on this folder; False when there is none."""
        if read_status(self.folder) != "ready":
            return False
        self.address = read_address(self.folder)
        return self.address is not None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database, in the one form libpq, asyncpg and dj-database-url all read.

        (A percent-encoded socket path in the place of the host would be lowercased by urllib.)
        """
        if self.address is None:
            raise RuntimeError("The server is neither started nor attached to.")
        secret = quote(password(self.keys, role), safe="")
        where = urlencode({"host": self.address.host, "port": self.address.port}, safe="/")
        return f"postgresql://{role}:{secret}@/{quote(database)}?{where}"

    def stop(self, *, hurry: bool = False) -> None:
        """Fast shutdown: sessions are ended and everything is written. In a hurry, recovery is left
        to the next start."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGQUIT if hurry else signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def _initialize(self) -> None:
        """initdb beside the final place, renamed when whole, so a killed start leaves no half."""
        fresh = self.folder.with_name("postgres.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        self._own_folder(fresh)
        secret = self.run / "initdb.password"
        self._own_file(secret, password(self.keys, SUPERUSER))
        sync = () if self.durable else ("--no-sync",)
        result = subprocess.run(
            [program("initdb"), "-D", fresh, f"--pwfile={secret}", *INITDB, *sync],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            preexec_fn=become(self.user),
        )
        secret.unlink()
        if result.returncode != 0:
            raise DatabaseNotStartable(
                f"PostgreSQL could not make its folder {self.folder}:\n{result.stderr.strip()}"
            )
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("include 'handsel.conf'\n")
        fresh.rename(self.folder)

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            os.chown(folder, self.user.uid, self.user.gid)

    def _own_file(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text)
        if self.user is not None:
            os.chown(path, self.user.uid, self.user.gid)


def connect_as_superuser(cluster: Cluster) -> psycopg.Connection:
    """Raises DatabaseNotStartable when the passwords in `keys` are not those of the database."""
    try:
        return psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseNotStartable(
            f"The database does not open with the passwords in {cluster.keys}: {error}",
            remedy="Put the keys folder back as it was, from a backup.",
        ) from error


def ensure_roles(cluster: Cluster) -> None:
    """The owner of the tables, the application's role, and the database between them."""
    with connect_as_superuser(cluster) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP):
            if role not in known:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(password(cluster.keys, role))
                    )
                )
        # Whoever owns the tables may look at them as the application does.
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER))
        )
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE))
            )
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(APP)
                )
            )
