"""Everything outside: visitors who follow links, a shop that reports its orders.

Clicks are written by tracking's own spool writer at the moments at which they happened, and
shipped by the intake that ships everybody's; orders and refunds enter through the inbox.
"""

import asyncio
import threading
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from handsel.connectors.online_retail.orders import Invoice
from handsel.demo.calendar import Calendar, turn_clock
from handsel.demo.networks import country_of
from handsel.demo.odd import OddEvent, odd_events
from handsel.demo.routes import SEEN, WON, won_at
from handsel.demo.script import Script
from handsel.demo.shop import COUNTRIES, SOURCE, FoundBy, events, invoices
from handsel.demo.touches import Simulation, Touch
from handsel.demo.traffic import Click, Place, Recorder, by_order, clicks
from handsel.errors import DomainError
from handsel.intake.runner import Intake, host_name
from handsel.intake.services import Incoming, receive_all
from handsel.intake.shipping import position_of
from handsel.intake.surroundings import configured
from handsel.links.directions import read_split
from handsel.links.models import Link
from handsel.links.trying import tracked_link
from handsel.programs.models import Program
from handsel.tracking.spool import SpoolWriter
from handsel.tracking.spool.reader import SegmentUnreadable, remove_shipped, spools
from handsel.tracking.spool.writer import Limits

BATCH = 300
# Nobody waits for these clicks: many share one sync, and a slow disk loses none.
PATIENT = Limits(group_size_max=5_000, waiting_max=20_000, stall_s=120.0)
APPENDED_AT_ONCE = 5_000


class NotTaken(Exception):
    """Handsel refused an order of the story, which no order of it should be."""


@dataclass(slots=True)
class World:
    """Lives through the year: `begin`, `live(until)` stretch by stretch, then `end`."""

    script: Script
    touches: Sequence[Touch] = ()
    clicks_done: int = 0
    events_done: int = 0
    _told: list[Invoice] = field(init=False)
    _program: Program = field(init=False)
    _clicks: list[Click] = field(init=False)
    _events: list[tuple[datetime, Incoming]] = field(init=False)
    _odd: list[OddEvent] = field(init=False)
    _recorder: Recorder = field(init=False)
    _intake: Intake = field(init=False)
    _writer: SpoolWriter = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)

    def __post_init__(self) -> None:
        """What needs no partners to be there yet: it may be worked out while they join."""
        script = self.script
        self._told = invoices(script.calendar, script.thin)
        self.touches = Simulation(script.calendar, script.seed).touches(self._told)
        self._clicks = clicks(
            self.touches, script.calendar, total=script.clicks_total, seed=script.seed
        )

    def begin(self) -> None:
        """Everybody has joined, and their links are there."""
        script = self.script
        self._program = Program.objects.get(pk=script.program_id)
        countries = {order.number: COUNTRIES.get(order.country, "") for order in self._told}
        known = places(self._program, script.calendar)
        self._recorder = Recorder(script.click_key, known, script.seed, countries)
        self._events = events(self._told, self._found_by())
        self._odd = odd_events(self._program, script.calendar, script.seed)
        invented = configured()._replace(country_of=country_of)
        host = host_name(script.spool_dir)
        self._intake = Intake(script.spool_dir, host=host, surroundings=invented)
        self._writer = SpoolWriter(script.spool_dir, PATIENT)
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._start())

    @property
    def clicks_total(self) -> int:
        return len(self._clicks)

    @property
    def events_total(self) -> int:
        return len(self._events)

    def live(self, until: datetime) -> None:
        """All that happens up to a moment, which it then is."""
        turn_clock(until)
        here = bisect_left(self._clicks, _ms(until), lo=self.clicks_done, key=lambda c: c.at_ms)
        odd = [event for event in self._odd if event.at_ms < _ms(until)]
        self._odd = self._odd[len(odd) :]
        self._loop.run_until_complete(self._visit(self._clicks[self.clicks_done : here], odd))
        self._intake.ship_all(threading.Event())
        self.clicks_done = here
        here = bisect_left(self._events, until, lo=self.events_done, key=lambda event: event[0])
        for start in range(self.events_done, here, BATCH):
            self._report([event for _, event in self._events[start : min(here, start + BATCH)]])
        self.events_done = here

    def end(self) -> None:
        """Let go of the spool, and of its files: all of it has been shipped."""
        self._loop.run_until_complete(self._writer.close())
        self._loop.close()
        self._intake.ship_all(threading.Event())
        self._intake.close()
        for spool in spools(self.script.spool_dir):
            with spool.claimed() as is_ours, suppress(SegmentUnreadable):
                if is_ours and spool.id == self._writer.id:
                    remove_shipped(spool, position_of(spool), older_than_hours=-1)

    async def _start(self) -> None:
        self._writer.start()

    async def _visit(self, some: Sequence[Click], odd: Sequence[OddEvent]) -> None:
        body = self._recorder.body
        for start in range(0, len(some), APPENDED_AT_ONCE):
            group = some[start : start + APPENDED_AT_ONCE]
            await asyncio.gather(*(self._writer.append("click", c.at_ms, body(c)) for c in group))
            seen = [one for c in group if c.link in SEEN for one in self._recorder.impressions(c)]
            await asyncio.gather(*(self._writer.append("impression", *one) for one in seen))
        await asyncio.gather(*(self._writer.append("event", e.at_ms, e.body) for e in odd))

    def _report(self, some: Sequence[Incoming]) -> None:
        for outcome in receive_all(self._program, some, source=SOURCE, trust="store"):
            if isinstance(outcome, DomainError):
                raise NotTaken(f"{outcome.code}: {outcome.message}")

    def _found_by(self) -> dict[str, FoundBy]:
        found = {
            order: FoundBy([self._recorder.click_id(click) for click in mine])
            for order, mine in by_order(self._clicks).items()
        }
        for touch in self.touches:
            if touch.code:
                found.setdefault(touch.order, FoundBy()).codes.append(touch.code)
        return found


def places(program: Program, calendar: Calendar) -> Mapping[str, Place]:
    """The program's links, by the names in their addresses."""
    return {link.slug: _place(link, calendar) for link in Link.objects.filter(program=program)}


def _place(link: Link, calendar: Calendar) -> Place:
    """What a split says it is since; rules and schedules are told as if they had always been."""
    place = Place(link.number, link.program_id, link.partnership_id)
    if not (link.rules or link.split or link.schedule):
        return place
    split = read_split(link.split)
    place = replace(place, routed=tracked_link(link))
    if split is not None:
        place = replace(place, routed_ms=_ms(split.started_at))
    if link.slug == WON.slug:
        place = replace(place, won_ms=_ms(won_at(calendar)), winner=WON.winner)
    return place


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
