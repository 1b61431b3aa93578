"""The world in a process of its own, so that two processors share the year."""

import gc
import multiprocessing
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from handsel.demo.script import Script

# How many stretches of the year the world may be ahead of those who work it off.
AHEAD = 1
POLL_SECONDS = 0.01


class WorldEnded(Exception):
    """The other process has ended before its time; its own lines say why."""


class Outside(Protocol):
    """What is outside of Handsel, and how much of it has come in."""

    def brought(self, step: int) -> bool:
        """Whether all up to the end of a stretch is here; asked until it is."""

    def progress(self) -> tuple[int, int, int, int]:
        """Clicks so far and in all, events so far and in all."""

    def close(self) -> None: ...


@dataclass(slots=True)
class SameProcess:
    """The world without a process of its own."""

    script: Script
    steps: Sequence[datetime]
    _world: Any = None

    def brought(self, step: int) -> bool:
        from handsel import clock
        from handsel.demo.world import World

        here = clock.offset()
        if self._world is None:
            self._world = World(self.script)
            self._world.begin()
        self._world.live(self.steps[step])
        clock.set_offset(here)
        return True

    def progress(self) -> tuple[int, int, int, int]:
        world = self._world
        return world.clicks_done, world.clicks_total, world.events_done, world.events_total

    def close(self) -> None:
        if self._world is not None:
            self._world.end()


@dataclass(slots=True)
class Neighbour:
    """The world next door. It prepares from when this is made, and begins when it is asked."""

    script: Script
    steps: Sequence[datetime]
    _process: Any = field(init=False)
    _figures: Any = field(init=False)
    _allowed: Any = field(init=False)

    def __post_init__(self) -> None:
        # Not forked: connections and locks are nobody's to share.
        processes = multiprocessing.get_context("spawn")
        self._figures = processes.Array("q", 5)
        self._allowed = processes.Value("q", -1)
        self._process = processes.Process(
            target=_live, args=(self.script, self.steps, self._figures, self._allowed), daemon=True
        )
        self._process.start()

    def brought(self, step: int) -> bool:
        self._allowed.value = step + AHEAD
        if self._figures[4] > step:
            return True
        if not self._process.is_alive():
            raise WorldEnded(f"The simulated visitors ended with {self._process.exitcode}.")
        time.sleep(POLL_SECONDS)
        return False

    def progress(self) -> tuple[int, int, int, int]:
        return tuple(self._figures[:4])

    def close(self) -> None:
        if self._process.is_alive() and self._figures[4] >= len(self.steps):
            self._process.join()
        elif self._process.is_alive():
            self._process.terminate()
            self._process.join()


def hurry() -> None:
    """For a process whose rows can be made again: no sync for each commit, and no look at long
    lived objects over and over."""
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"{options['options']} -c synchronous_commit=off"
    connection.close()
    gc.set_threshold(50_000, 50, 50)


def _live(script: Script, steps: Sequence[datetime], figures: Any, allowed: Any) -> None:
    import django

    django.setup()
    from handsel.demo.world import World

    try:
        hurry()
        world = World(script)
        _await(allowed, 0)
        world.begin()
        figures[1], figures[3] = world.clicks_total, world.events_total
        for number, until in enumerate(steps):
            _await(allowed, number)
            world.live(until)
            figures[0], figures[2] = world.clicks_done, world.events_done
            figures[4] = number + 1
        world.end()
    except BaseException:
        traceback.print_exc()
        raise


def _await(allowed: Any, number: int) -> None:
    """Until we are asked to go so far; nobody will ask when the other process was killed."""
    other = multiprocessing.parent_process()
    while allowed.value < number:
        if other is None or not other.is_alive():
            raise WorldEnded("Nobody works off what is simulated any more.")
        time.sleep(POLL_SECONDS)
