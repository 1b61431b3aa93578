"""A click that was acknowledged outlives a power cut, wherever it comes."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from handsel.tracking.spool import SpoolWriter
from handsel.tracking.spool.reader import Spool
from handsel.tracking.spool.writer import Limits
from handsel.tracking.tests.power import PowerCut

pytestmark = pytest.mark.anyio

RUNS = 15
RUNS_LONG = 200  # in each of two ways to lose what was not synced: 400 in all
VISITORS = 6
# Small segments: the end of one and the beginning of the next are cut, too.
LIMITS = Limits(segment_events_max=60)


@dataclass
class Outcome:
    acknowledged: set[int] = field(default_factory=set)
    kept: list[int] = field(default_factory=list)

    @property
    def lost(self) -> set[int]:
        return self.acknowledged - set(self.kept)


async def cut(folder: Path, seed: int, *, keep_some: bool, synchronous: str = "FULL") -> Outcome:
    """Click until the power goes at some write or sync; what was promised, and what is left."""
    chance = random.Random(seed)
    acknowledged: set[int] = set()
    outcome = Outcome()
    is_over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def lose_power() -> None:
        outcome.acknowledged = set(acknowledged)
        vfs.image(folder / "left", chance if keep_some else None)
        loop.call_soon_threadsafe(is_over.set)

    vfs = PowerCut(f"cut {folder.name} {seed}", chance.randrange(40, 400), lose_power)
    writer = SpoolWriter(folder / "spool", LIMITS, connect=_with(vfs, synchronous))
    writer.start()
    numbers = iter(range(10**9))

    async def visit() -> None:
        while not is_over.is_set():
            number = next(numbers)
            await writer.append("click", number, {"n": number, "ua": "x" * 300})
            acknowledged.add(number)

    await asyncio.gather(*(visit() for _ in range(VISITORS)))
    await writer.close()
    vfs.unregister()
    left = Spool(folder / "left")
    outcome.kept = [event.body["n"] for event in left.read(limit=10**6)]
    left.close()
    return outcome


def _with(vfs: PowerCut, synchronous: str) -> Any:
    def connect(path: Path, busy_timeout_s: float) -> Any:
        return _Connection(vfs.connect(path, busy_timeout_s), synchronous)

    return connect


class _Connection:
    """Hears FULL, and does what the test says."""

    def __init__(self, connection: Any, synchronous: str) -> None:
        self._connection = connection
        self._synchronous = synchronous

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        sql = sql.replace("synchronous = FULL", f"synchronous = {self._synchronous}")
        return self._connection.execute(sql, parameters)

    def close(self) -> None:
        self._connection.close()


async def all_of(folder: Path, runs: int, **how: Any) -> list[Outcome]:
    return [
        await cut(folder / f"{seed} {keep_some}", seed, keep_some=keep_some, **how)
        for seed in range(runs)
        for keep_some in (False, True)
    ]


async def test_what_was_acknowledged_outlives_a_power_cut(tmp_path: Path) -> None:
    outcomes = await all_of(tmp_path, RUNS)

    assert [outcome.lost for outcome in outcomes] == [set()] * len(outcomes)
    assert all(len(outcome.kept) == len(set(outcome.kept)) for outcome in outcomes)
    assert sum(len(outcome.acknowledged) for outcome in outcomes) > 20 * len(outcomes)


async def test_control_without_a_sync_at_each_commit_clicks_are_lost(tmp_path: Path) -> None:
    outcomes = await all_of(tmp_path, 3, synchronous="NORMAL")

    assert any(outcome.lost for outcome in outcomes)


@pytest.mark.long
async def test_four_hundred_power_cuts(tmp_path: Path) -> None:
    outcomes = await all_of(tmp_path, RUNS_LONG)

    assert [outcome.lost for outcome in outcomes] == [set()] * len(outcomes)
