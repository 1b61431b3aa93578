"""Clicks from a spool on disk to PostgreSQL's rows and rollups, beside a COPY of the same rows.

The clicks are made by the real click path, from many user agents through thousands of links.
"""

import asyncio
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg
import uvloop

from bench.results import Result, compared, rounded
from bench.rounds import interleaved
from bench.world import World

if TYPE_CHECKING:
    from handsel.clicks.services import ClickRow
    from handsel.tracking.asgi import Message

CLICKS = 20_000
AT_ONCE = 500
BATCH = 5_000

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{major}.0.{minor}.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{small} like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.{small} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-S9{minor}) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{major}.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{major}.0) Gecko/20100101 Firefox/{major}.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)


class Incomplete(Exception):
    """Not every click arrived, or the rollups disagree with the rows."""


def measure(world: World) -> Iterator[Result]:
    from handsel.clicks.models import Click, ClickDay

    spools = (world.folder / f"spool-{number}" for number in count())
    rows: list[ClickRow] = []

    def intake() -> float:
        folder = next(spools)
        uvloop.run(_click(world, folder))
        rows[:] = _rows(folder)
        return _ship(folder)

    with psycopg.connect(world.urls.owner, autocommit=True) as connection:
        intake()  # the day's partition, the links' places, prepared plans
        rounds = interleaved({"intake": intake, "copy": lambda: _copy(connection, rows)})
    day_sums = [sum(pair) for pair in ClickDay.objects.values_list("clicks", "filtered")]
    if not Click.objects.count() == sum(day_sums) == 4 * CLICKS:
        raise Incomplete(f"{Click.objects.count()} rows, {sum(day_sums)} in the rollups.")
    note = f"{CLICKS:,} clicks through {len(world.links):,} links a round; bots sorted out."
    yield Result(
        name="Intake, from spool to rows and rollups",
        value=rounded(median(rounds["intake"])),
        unit="clicks/s",
        goal=20_000,
        note=note,
    )
    yield compared(
        "Intake beside a bare COPY",
        rounds["intake"],
        rounds["copy"],
        unit="clicks/s",
        yardstick="COPY of the same rows into a table without indexes",
        note=note,
    )


async def _click(world: World, spool_dir: Path) -> None:
    """Visit links through the app that tracking serves, until so many clicks are on disk."""
    from handsel.environment import environment
    from handsel.tracking.app import TrackingApp
    from handsel.tracking.keys import load_keys
    from handsel.tracking.links import Links
    from handsel.tracking.spool import SpoolWriter

    settings, random = environment(), Random(11)
    app = TrackingApp(
        keys=load_keys(settings.keys_dir),
        links=Links(world.folder / "links.sqlite", settings.database_url),
        spool=SpoolWriter(spool_dir),
    )
    await app.start()
    for _ in range(CLICKS // AT_ONCE):
        await asyncio.gather(*(_visit(app, world, random) for _ in range(AT_ONCE)))
    await app.stop()


async def _visit(app: object, world: World, random: Random) -> None:
    agent = random.choice(AGENTS).format(
        major=random.randrange(90, 145), minor=random.randrange(100), small=random.randrange(8)
    )
    statuses: list[int] = []

    async def receive() -> "Message":
        return {"type": "http.request"}

    async def send(message: "Message") -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{random.choice(world.links).slug}",
        "query_string": random.choice((b"", b"", b"s1=spring&s2=banner")),
        "client": (f"198.51.{random.randrange(256)}.{random.randrange(256)}", 40_000),
        "headers": [
            (b"host", b"go.shop.example"),
            (b"user-agent", agent.encode()),
            (b"accept-language", random.choice((b"nb-NO,nb;q=0.9", b"sv-SE", b"en", b"pl-PL"))),
            (b"referer", b"https://blog%d.example/review" % random.randrange(200)),
        ],
    }
    await app(scope, receive, send)  # type: ignore[operator]
    if statuses[0] != 302:
        raise Incomplete(f"A visit was answered with {statuses[0]}.")


def _ship(spool_dir: Path) -> float:
    """Clicks per second of the intake process's own loop."""
    from handsel.intake.runner import Intake

    intake = Intake(spool_dir, host=f"bench:{spool_dir.name}")
    began = perf_counter()
    shipped = intake.ship_all(threading.Event())
    took = perf_counter() - began
    # What closes the connection, too, is left to the end of the run.
    if shipped != CLICKS:
        raise Incomplete(f"{shipped} of {CLICKS} clicks were shipped.")
    return shipped / took


def _rows(spool_dir: Path) -> "list[ClickRow]":
    """The same rows as intake makes of these clicks."""
    from handsel.intake.arrivals import sort_out
    from handsel.intake.places import Places
    from handsel.tracking.spool.reader import spools

    (spool,) = spools(spool_dir)
    rows = sort_out(spool.id, spool.read(limit=CLICKS), Places()).clicks
    spool.close()
    return rows


def _copy(connection: psycopg.Connection, rows: "list[ClickRow]") -> float:
    from handsel.clicks.services import ClickRow

    connection.execute("CREATE TABLE bench_clicks (LIKE clicks_click)")
    columns = ", ".join(ClickRow._fields)
    began = perf_counter()
    for first in range(0, len(rows), BATCH):
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY bench_clicks ({columns}, recorded_at) FROM STDIN") as copy,
        ):
            for row in rows[first : first + BATCH]:
                copy.write_row((*row, row.clicked_at))
    took = perf_counter() - began
    connection.execute("DROP TABLE bench_clicks")
    return len(rows) / took
