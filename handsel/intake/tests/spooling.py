"""Spools as tracking leaves them, written by tracking's own writer."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from handsel.intake.places import Places
from handsel.intake.shipping import ship
from handsel.links.models import Link
from handsel.tracking.click_id import mint
from handsel.tracking.spool import SpoolWriter
from handsel.tracking.spool.reader import spools
from handsel.tracking.spool.writer import Limits

KEY = bytes(32)
# Yesterday's: clicks of long ago are forgotten, and nothing comes from the future.
NOON = datetime.combine(datetime.now(UTC) - timedelta(days=1), time(12), UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

Record = tuple[str, int, Any]


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def click(of: Link, at: datetime = NOON, **changes: Any) -> Record:
    """A click as `tracking.redirects` writes it."""
    body = {
        "id": mint(KEY, of.number, ms(at)),
        "link": of.number,
        "at_ms": ms(at),
        "program": of.program_id,
        "partnership": of.partnership_id,
        "ip": "198.51.100.0",
        "visitor": "9a8b7c6d5e4f3a2b1c0d",
        "ua": BROWSER,
        "referrer": "https://blog.example/",
        "lang": "sv,en;q=0.7",
        "subs": {"s1": "banner"},
        "fetch": {"site": "cross-site", "mode": "navigate", "dest": "document"},
        "to": None,
        **changes,
    }
    return "click", ms(at), body


def clicks(link: Link, count: int, *, apart: timedelta = timedelta(minutes=7)) -> list[Record]:
    return [click(link, NOON + n * apart) for n in range(count)]


def event(source: str, program: str, raw: str, at: datetime = NOON, **headers: Any) -> Record:
    """An event as `tracking.inbound` writes it."""
    body: dict[str, Any] = {
        "source": source,
        "program": program,
        "at_ms": ms(at),
        "raw": raw,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "query": {},
        "client": {"ip": "198.51.100.0", "visitor": "9a8b", "ua": BROWSER},
    }
    return "event", ms(at), body


def write(folder: Path, records: Iterable[Record], *, segment_events_max: int = 100_000) -> str:
    """Write a spool to its end, and say its id."""

    async def run() -> str:
        writer = SpoolWriter(
            folder, Limits(segment_events_max=segment_events_max, group_size_max=20)
        )
        writer.start()
        await asyncio.gather(*(writer.append(*record) for record in records))
        await writer.close()
        return writer.id

    return asyncio.run(run())


def ship_everything(folder: Path, *, limit: int = 5_000) -> int:
    """Ship every spool of a folder to its end; how many events left."""
    total = 0
    for spool in spools(folder):
        while (batch := ship(spool, Places(), limit)).events:
            total += batch.events
        spool.close()
    return total
