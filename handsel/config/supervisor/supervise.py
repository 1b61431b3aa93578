"""The life of `handsel up`, from the first check to the last process."""

import asyncio
import os
import signal
import sys
import time

from handsel.config.postgres import Cluster, DatabaseNotStartable
from handsel.config.postgres.cluster import ensure_roles
from handsel.config.postgres.passwords import APP, OWNER
from handsel.config.postgres.privileges import become
from handsel.config.postgres.safety import ensure_money_safe
from handsel.config.supervisor import folder, ports
from handsel.config.supervisor.child import Child
from handsel.config.supervisor.database import reachable
from handsel.config.supervisor.log import Log
from handsel.config.supervisor.migrated import is_migrated, is_set_up, note_migrated
from handsel.config.supervisor.ready import answers, ready_lines
from handsel.environment import Environment
from handsel.errors import DomainError

POLL_SECONDS = 0.05
RECOVERY_SECONDS = 5.0
FIRST_FALLS_MAX = 4
# In the order in which they are stopped: first what lets work in, last what finishes it.
CHILDREN = ("web", "tracking", "intake", "worker")
FRONT = 2
HANDSEL = (sys.executable, "-m", "handsel.config.cli")


class StartFailed(DomainError):
    """One of the processes does not come up; its own lines in the log say why."""


class Supervisor:
    """PostgreSQL first, then its migrations, then the children; and all of it back again."""

    def __init__(self, environment: Environment, log: Log, lock: int) -> None:
        self.settings = environment
        self.log = log
        self.lock = lock
        self.stopping = asyncio.Event()
        self.hurry = asyncio.Event()
        self.cluster = None if environment.database_url else Cluster(environment.data)
        self.database: Child | None = None
        self.children: list[Child] = []
        # A command that ends by itself and is being waited for: migrate, setup-link.
        self.passing: asyncio.subprocess.Process | None = None
        self.keepers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Start, keep, and on a signal stop everything. Raises what keeps it from starting."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_signal)
        try:
            if await self._started():
                await self.stopping.wait()
        finally:
            await self._stop()

    async def _started(self) -> bool:
        """Whether everything runs; False when a signal came first."""
        if self.cluster is not None:
            await self._start_database(self.cluster)
        if self.stopping.is_set():
            return False
        urls = self._urls()
        reachable(urls["HANDSEL_DATABASE_URL"], ensure_money_safe)
        owner_url = self._owner_url()
        if not is_migrated(self.settings.data, owner_url):
            await self._once("migrate", {**urls, "HANDSEL_DATABASE_OWNER_URL": owner_url})
            note_migrated(self.settings.data, owner_url)
        if self.stopping.is_set():
            return False
        self.children = [self._child(name, urls) for name in CHILDREN]
        # Who waits, waits for the first page: what works behind it begins when it is there.
        front, behind = self.children[:FRONT], self.children[FRONT:]
        self.keepers += [asyncio.create_task(child.keep()) for child in front]
        link, _ = await asyncio.gather(self._setup_link(urls), self._await_answers())
        if self.stopping.is_set():
            return False
        self.keepers += [asyncio.create_task(child.keep()) for child in behind]
        for line in ready_lines(self.settings, link):
            self.log.line("handsel", line)
        return True

    async def _setup_link(self, urls: dict[str, str]) -> str:
        """The link to the wizard; empty once the server is set up, which needs no Django to see."""
        if is_set_up(urls["HANDSEL_DATABASE_URL"]):
            return ""
        return await self._once("setup-link", urls, quiet=True)

    async def _start_database(self, cluster: Cluster) -> None:
        cluster.prepare()
        self.database = Child(
            "postgres",
            cluster.command,
            self.log,
            lock=self.lock,
            prepare=cluster.prepare,
            preexec=lambda: become(cluster.user),
            stop_signal=signal.SIGINT,
            stop_seconds=60.0,
        )
        self.keepers.append(asyncio.create_task(self.database.keep()))
        waited_since = time.monotonic()
        while not self.stopping.is_set():
            process = self.database.process
            if process is not None and cluster.is_ready(process.pid):
                ensure_roles(cluster)
                return
            if self.database.falls:
                raise DatabaseNotStartable(
                    "PostgreSQL ended while starting.", remedy="Its lines above say why."
                )
            if time.monotonic() - waited_since > RECOVERY_SECONDS:
                self.log.line("handsel", "PostgreSQL is recovering from a crash; waiting for it.")
                waited_since = time.monotonic()
            await asyncio.sleep(POLL_SECONDS)

    def _urls(self) -> dict[str, str]:
        """The children's environment: absolute paths, the application's role, never the owner's."""
        url = self.cluster.url(APP) if self.cluster else self.settings.database_url
        return {
            "HANDSEL_DATA": str(self.settings.data.absolute()),
            "HANDSEL_PORT": str(self.settings.port),
            "HANDSEL_HOST": self.settings.host,
            "HANDSEL_DATABASE_URL": url,
            "HANDSEL_DATABASE_OWNER_URL": "",
        }

    def _owner_url(self) -> str:
        if self.cluster:
            return self.cluster.url(OWNER)
        return self.settings.database_owner_url or self.settings.database_url

    def _child(self, name: str, environment: dict[str, str]) -> Child:
        return Child(name, (*HANDSEL, name), self.log, environment, lock=self.lock)

    async def _once(self, name: str, environment: dict[str, str], *, quiet: bool = False) -> str:
        """Run a command to its end. Its lines go to the log, or `quiet`ly become the result."""
        process = await asyncio.create_subprocess_exec(
            *HANDSEL,
            name,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if quiet else asyncio.subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=become(None, signal.SIGTERM),
        )
        self.passing = process
        assert process.stdout is not None
        said = ""
        if quiet:
            said = (await process.stdout.read()).decode().strip()
        else:
            await self.log.follow(name, process.stdout)
        if await process.wait() != 0 and not self.stopping.is_set():
            raise StartFailed(
                f"`handsel {name}` ended with status {process.returncode}.",
                remedy="Its lines above say why; `handsel doctor` looks for causes.",
            )
        return said

    async def _await_answers(self) -> None:
        """Until web and tracking answer; a process that falls again and again ends the start."""
        ports_left = {self.settings.port, self.settings.port + 1}
        while ports_left and not self.stopping.is_set():
            for port in list(ports_left):
                if await answers(self.settings.host, port):
                    ports_left.discard(port)
            for child in self.children:
                if child.falls >= FIRST_FALLS_MAX:
                    raise StartFailed(
                        f"{child.name} does not start.", remedy="Its lines above say why."
                    )
            await asyncio.sleep(POLL_SECONDS)

    def _on_signal(self) -> None:
        if self.stopping.is_set():
            self.hurry.set()
            if self.passing is not None and self.passing.returncode is None:
                self.passing.kill()
            return
        self.log.line("handsel", "Stopping. Ctrl-C again ends everything at once.")
        self.stopping.set()

    async def _stop(self) -> None:
        self.stopping.set()
        everything = [*self.children, *([self.database] if self.database else [])]
        for child in everything:
            await child.stop(hurry=self.hurry)
        await asyncio.gather(*self.keepers)
        await self.log.end()
        self.log.line("handsel", "Everything has stopped.")


def up(environment: Environment) -> None:
    """Run Handsel here until a signal. Raises a DomainError with a remedy when it cannot."""
    folder.await_leftovers(environment.data)
    ports.ensure_free(environment.host, environment.port, "the pages")
    ports.ensure_free(environment.host, environment.port + 1, "the links")
    folder.claim(environment.data)
    log = Log(machine=environment.log_format == "json")
    with folder.held(environment.data) as lock:
        folder.ensure_secret_key(environment.keys_dir)
        asyncio.run(Supervisor(environment, log, lock).run())
