"""The one log: every line of every process, with its name in front."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

LINE_BYTES_MAX = 1024 * 1024
LAST_LINES_SECONDS = 2.0
COLOURS = {
    "handsel": "bold",
    "postgres": "blue",
    "migrate": "magenta",
    "web": "green",
    "tracking": "yellow",
    "intake": "cyan",
    "worker": "bright_magenta",
}


class Log:
    """Lines for people, or with `machine` one JSON object each (`process`, `event`, …)."""

    def __init__(self, *, machine: bool = False, stream: TextIO | None = None) -> None:
        self.machine = machine
        self.stream = stream or sys.stdout
        self.followers: set[asyncio.Task[None]] = set()
        self.console = Console(file=self.stream, highlight=False, soft_wrap=True, emoji=False)

    def line(self, process: str, text: str) -> None:
        if self.machine:
            self.stream.write(json.dumps(as_record(process, text), ensure_ascii=False) + "\n")
            self.stream.flush()
            return
        name = Text(f"{process:<9}", style=COLOURS.get(process, ""))
        self.console.print(name.append(" │ ", "dim"), Text.from_ansi(text), sep="")

    @asynccontextmanager
    async def pipe(self, process: str) -> AsyncIterator[int]:
        """A descriptor for a new process to write its lines to; here it is closed at the end.

        asyncio's own pipes would do, but with them `Process.wait` waits for whoever else holds
        the writing end, and that may be the orphans of the very process it waits for.
        """
        read, write = os.pipe()
        try:
            reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")
            )
            follower = asyncio.create_task(self.follow(process, reader))
            self.followers.add(follower)
            follower.add_done_callback(self.followers.discard)
            yield write
        finally:
            os.close(write)

    async def end(self) -> None:
        """Wait a moment for the last lines."""
        if self.followers:
            await asyncio.wait(self.followers, timeout=LAST_LINES_SECONDS)

    async def follow(self, process: str, reader: asyncio.StreamReader) -> None:
        """Print what a process says until it says no more."""
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                self.line(process, "(a line of more than 1 MiB was left out)")
                continue
            if not line:
                return
            self.line(process, line.decode(errors="replace").rstrip("\r\n"))


def as_record(process: str, text: str) -> dict[str, object]:
    """A process that logs JSON keeps its fields; the words of any other become the event."""
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        record = {"event": text, "timestamp": datetime.now(UTC).isoformat()}
    return {"process": process, **record}
