"""For a server that takes what we say and never answers.

A dead machine is noticed by TCP (`SILENCE` in the settings); a proxy before one, or a server that
hangs, goes on saying that it is there. Nothing in libpq ends such a wait.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import structlog
from django.db import connections

log = structlog.get_logger("handsel.intake")


class Patience:
    """Breaks the connection of the thread that made it, when that takes no step for too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._connection: Any = connections["default"]
        self._step_at: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="patience", daemon=True)
        self._thread.start()

    @contextmanager
    def limited(self) -> Iterator[None]:
        """The seconds count inside, from its beginning or the last step."""
        self.step()
        try:
            yield
        finally:
            self._step_at = None

    def step(self) -> None:
        """Something went on."""
        self._step_at = monotonic()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._seconds / 4):
            step_at = self._step_at
            if step_at is not None and monotonic() - step_at > self._seconds:
                log.warning("the database does not answer", seconds=self._seconds)
                self._break()

    def _break(self) -> None:
        """The other thread, which waits for an answer, sees the end of the connection."""
        with suppress(OSError, AttributeError):
            number = os.dup(self._connection.connection.fileno())
            with socket.socket(fileno=number) as end:
                end.shutdown(socket.SHUT_RDWR)
