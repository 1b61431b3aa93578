"""One process of Handsel: started, started again when it falls, stopped in good order."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from handsel.config.postgres.privileges import become
from handsel.config.supervisor.log import Log

BACKOFF_SECONDS_FIRST = 0.5
BACKOFF_SECONDS_MAX = 30.0
# A process that ran this long was well; its next fall is a new one.
WELL_SECONDS = 60.0


@dataclass
class Child:
    """`prepare` runs before every start; `preexec` in the new process, before its program."""

    name: str
    command: Sequence[str]
    log: Log
    environment: dict[str, str] = field(default_factory=dict)
    lock: int = -1
    prepare: Callable[[], None] = lambda: None
    preexec: Callable[[], Callable[[], None]] = lambda: become(None, signal.SIGTERM)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    falls: int = 0

    def __post_init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.is_stopping = asyncio.Event()
        self.starting = asyncio.Lock()

    async def keep(self) -> None:
        """Keep it running until `stop`."""
        delay = BACKOFF_SECONDS_FIRST
        while not self.is_stopping.is_set():
            started = time.monotonic()
            said = await self._run()
            if self.is_stopping.is_set():
                return
            self.falls += 1
            if time.monotonic() - started > WELL_SECONDS:
                delay = BACKOFF_SECONDS_FIRST
            self.log.line("handsel", f"{self.name} {said}; starting it again in {delay:g} s.")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.is_stopping.wait(), delay)
            delay = min(delay * 2, BACKOFF_SECONDS_MAX)

    async def stop(self, *, hurry: asyncio.Event) -> None:
        """Ask it to end, and make it when it takes too long or `hurry` is set."""
        self.is_stopping.set()
        async with self.starting:
            process = self.process
        if process is None or process.returncode is not None:
            return
        if not hurry.is_set():
            process.send_signal(self.stop_signal)
            await _first_of(process.wait(), hurry.wait(), seconds_max=self.stop_seconds)
        if process.returncode is None:
            self.log.line("handsel", f"{self.name} is ended at once.")
            self._kill_group(process.pid)
            await process.wait()

    async def _run(self) -> str:
        """One life, from start to end; returns how it ended, in words."""
        async with self.starting, self.log.pipe(self.name) as output:
            if self.is_stopping.is_set():
                return "was not started"
            try:
                self.prepare()
                process = await self._start(output)
            except OSError as error:
                return f"could not be started: {error}"
            self.process = process
        status = await process.wait()
        # A killed server leaves its workers, and they keep the port.
        self._kill_group(process.pid)
        return describe(status)

    async def _start(self, output: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **self.environment},
            pass_fds=[self.lock] if self.lock >= 0 else [],
            # The terminal's Ctrl-C is for the supervisor, who ends the others in order.
            start_new_session=True,
            preexec_fn=self.preexec(),
        )

    @staticmethod
    def _kill_group(pid: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


async def _first_of(*events: Coroutine[Any, Any, Any], seconds_max: float) -> None:
    tasks = [asyncio.create_task(event) for event in events]
    await asyncio.wait(tasks, timeout=seconds_max, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def describe(status: int) -> str:
    """How a process ended, from its return code as `subprocess` gives it."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
