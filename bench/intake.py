"""Clicks from a spool on disk to PostgreSQL's rows and rollups, beside a COPY of the same rows.

The spools are written by tracking's own writer. Bots, browsers, systems and countries are told
apart, repeats looked for, and all of it counted, as in production.
"""

import asyncio
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg

from bench.crowd import Crowd, Place
from bench.results import Result, compared, rounded
from bench.rounds import interleaved
from bench.world import World

if TYPE_CHECKING:
    from handsel.clicks.rows import ClickRow

LINKS = 100_000
CLICKS = 200_000
AT_ONCE = 2_000
BATCH = 5_000


class Incomplete(Exception):
    """Not every click arrived, or the rollups disagree with the rows."""


def measure(world: World) -> Iterator[Result]:
    crowd = Crowd(_places(world))
    spools = (world.folder / f"spool-{number}" for number in count())
    rows: list[ClickRow] = []

    def intake() -> float:
        folder = next(spools)
        asyncio.run(_write(crowd, folder))
        if not rows:
            rows[:] = _rows(folder)
        return _ship(folder)

    with psycopg.connect(world.urls.owner, autocommit=True) as connection:
        intake()  # the day's partition, the links' places, prepared plans
        rounds = interleaved({"intake": intake, "copy": lambda: _copy(connection, rows)})
    _check(4 * CLICKS)
    note = (
        f"{CLICKS:,} clicks a round through {LINKS:,} links chosen at random, with {crowd.agents:,}"
        " user agents; bots, repeats, browsers and countries told apart."
    )
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


def _places(world: World) -> list[Place]:
    """The links of this run and many more, all of the same partnerships."""
    from handsel.links.models import Link

    first = world.links[:50]
    Link.objects.bulk_create(
        (
            Link(
                brand_id=one.brand_id,
                partner_id=one.partner_id,
                program_id=one.program_id,
                partnership_id=one.partnership_id,
                slug=f"active-{n}",
                url=one.url,
            )
            for n in range(LINKS - len(world.links))
            for one in (first[n % len(first)],)
        ),
        batch_size=5_000,
    )
    named = Link.objects.filter(program=world.program).values_list("number", "partnership_id")
    return [Place(number, partnership) for number, partnership in named]


async def _write(crowd: Crowd, spool_dir: Path) -> None:
    """A spool as tracking leaves it; the last click is of this moment."""
    from handsel.clock import now_ms
    from handsel.tracking.spool import SpoolWriter

    writer = SpoolWriter(spool_dir)
    writer.start()
    waiting = []
    for at_ms, body in crowd.clicks(CLICKS, now_ms()):
        waiting.append(writer.append("click", at_ms, body))
        if len(waiting) == AT_ONCE:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)
    await writer.close()


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
    from handsel.intake.judging import judge
    from handsel.intake.places import Places
    from handsel.intake.reading import read_batch
    from handsel.intake.surroundings import configured
    from handsel.tracking.spool.reader import START, spools

    (spool,) = spools(spool_dir)
    arrivals = read_batch(spool, START, CLICKS, configured()).arrivals
    spool.close()
    return judge(spool.id, arrivals, Places()).clicks


def _copy(connection: psycopg.Connection, rows: "list[ClickRow]") -> float:
    from handsel.clicks.rows import COPY_OPTIONS, ClickRow, copied

    connection.execute("CREATE TABLE bench_clicks (LIKE clicks_click INCLUDING DEFAULTS)")
    columns = ", ".join(ClickRow._fields)
    texts = [copied(rows[first : first + BATCH]) for first in range(0, len(rows), BATCH)]
    began = perf_counter()
    for text in texts:
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY bench_clicks ({columns}) FROM STDIN ({COPY_OPTIONS})") as copy,
        ):
            copy.write(text)
    took = perf_counter() - began
    connection.execute("DROP TABLE bench_clicks")
    return len(rows) / took


def _check(clicks: int) -> None:
    from handsel.clicks.models import Click
    from handsel.clicks.queries import rollup_differences

    arrived, wrong = Click.objects.count(), rollup_differences()
    if arrived != clicks or wrong:
        raise Incomplete(f"{arrived} of {clicks} rows; rollups differ: {wrong[:3]}")
