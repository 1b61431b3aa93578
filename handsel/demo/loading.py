"""The year, from the first application to this minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handsel.demo.calendar import Calendar, turn_clock
from handsel.demo.clockwork import move_to, work_off, write_papers
from handsel.demo.house import House, open_house
from handsel.demo.joining import Happening, everybody_joins
from handsel.demo.neighbours import Neighbour, Outside, SameProcess
from handsel.demo.script import Script
from handsel.demo.signins import password_of
from handsel.demo.story import happenings
from handsel.environment import environment
from handsel.organizations.services import begin_demo
from handsel.tracking.keys import load_keys

CLICKS = 300_000
SEALED_EVERY = 12
# The page stands a few days before the first partner joins.
SET_UP_BEFORE = timedelta(days=3)
# What came in by the end of a stretch is worked off a little later.
WORKED_OFF_AFTER = timedelta(minutes=6)

Told = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True)
class Settings:
    """`thin` keeps one customer in so many (for tests); `apart` gives the world a process of its
    own. `at` is when the story ends: now."""

    seed: int = 1
    clicks_total: int = CLICKS
    thin: int = 1
    apart: bool = True
    at: datetime | None = None


def load(
    settings: Settings, told: Told = lambda *_: None, begun: Callable[[], object] = lambda: None
) -> House:
    """Live through the story, in an empty database. `told` hears which part it is, how much of
    it is done, and how much there is; `begun` is called when the database is the demo's. Raises
    NotEmpty."""
    calendar = Calendar.ending((settings.at or datetime.now(UTC)) - WORKED_OFF_AFTER)
    told("people", 0, 1)
    began_at = calendar.begins_at - SET_UP_BEFORE
    begin_demo(began_at - datetime.now(UTC))
    begun()
    house = open_house(password_of(settings.seed))
    steps = list(calendar.steps())
    script = Script(
        calendar,
        settings.seed,
        settings.clicks_total,
        house.program.pk,
        load_keys(environment().keys_dir).click,
        environment().spool_dir,
        settings.thin,
    )
    outside: Outside = (Neighbour if settings.apart else SameProcess)(script, steps)
    try:
        everybody_joins(house, calendar)
        turn_clock(began_at)
        told("people", 1, 1)
        _live(house, calendar, steps, outside, told)
    finally:
        outside.close()
    told("sealing", 0, 1)
    write_papers()
    move_to(datetime.now(UTC))
    told("sealing", 1, 1)
    return house


def _live(
    house: House,
    calendar: Calendar,
    steps: Sequence[datetime],
    outside: Outside,
    told: Told,
) -> None:
    waiting: Sequence[Happening] = sorted(happenings(house, calendar), key=lambda one: one.at)
    for number, until in enumerate(steps):
        while not outside.brought(number):
            told("year", *outside.progress()[2:])
        waiting = _happen(waiting, until)
        move_to(until + WORKED_OFF_AFTER)
        work_off(until)
        told("year", *outside.progress()[2:])
        if number % SEALED_EVERY == SEALED_EVERY - 1:
            write_papers()


def _happen(waiting: Sequence[Happening], until: datetime) -> Sequence[Happening]:
    """Let happen what is due in this stretch; what is left for later ones."""
    for place, happening in enumerate(waiting):
        if happening.at >= until:
            return waiting[place:]
        move_to(happening.at)
        happening.do()
    return ()
