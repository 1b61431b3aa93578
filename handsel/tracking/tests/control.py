"""A broken variant, to prove that the crash test can fail: clicks wait in memory."""

import asyncio
from contextlib import suppress
from typing import Any

from handsel.environment import environment
from handsel.tracking.app import TrackingApp
from handsel.tracking.devices import device_of
from handsel.tracking.keys import load_keys
from handsel.tracking.links import Links
from handsel.tracking.redirects import Judges
from handsel.tracking.salt import DailySalt
from handsel.tracking.spool import SpoolWriter


class ForgetfulSpool(SpoolWriter):
    """Answers at once, and writes every 50 ms."""

    def start(self) -> None:
        super().start()
        self._memory: list[tuple[str, int, Any]] = []
        self._flushing = asyncio.create_task(self._flush())

    def append(self, kind: str, at_ms: int, body: Any) -> asyncio.Future[None]:
        self._memory.append((kind, at_ms, body))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            memory, self._memory = self._memory, []
            await asyncio.gather(*(super(ForgetfulSpool, self).append(*e) for e in memory))

    async def close(self) -> None:
        self._flushing.cancel()
        with suppress(asyncio.CancelledError):
            await self._flushing
        await super().close()


def build_app() -> TrackingApp:
    settings = environment()
    return TrackingApp(
        keys=load_keys(settings.keys_dir),
        salt=DailySalt(settings.keys_dir / "visitor.salt"),
        links=Links(settings.data / "tracking" / "links.sqlite", ""),
        spool=ForgetfulSpool(settings.spool_dir),
        judges=Judges(country_of=lambda ip: "", device_of=device_of),
    )
