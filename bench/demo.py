"""The demo, from an empty folder to the last sealed entry: a year through every part of Handsel."""

import subprocess
from collections.abc import Iterator
from time import perf_counter

from bench.processes import clean_environment
from bench.results import Result, rounded
from bench.world import HANDSEL, World

GOAL_SECONDS = 90


def measure(world: World) -> Iterator[Result]:
    """In a folder and with a PostgreSQL of its own, as `make demo` loads it."""
    command = (*HANDSEL, "demo", "load", "--data", str(world.folder / "demo"))
    began = perf_counter()
    subprocess.run(command, env=clean_environment(), check=True, stdout=subprocess.DEVNULL)
    yield Result(
        name="The demo's year, from an empty folder to the last sealed entry",
        value=rounded(perf_counter() - began),
        unit="s",
        goal=GOAL_SECONDS,
        better="lower",
        note="300,000 clicks, 23,711 orders and refunds of 27 lines on average, 11 payout batches"
        " with their statements; PostgreSQL and its tables made first. Two processes.",
    )
