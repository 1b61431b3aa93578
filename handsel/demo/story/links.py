"""Splits that are ended, and a name of the brand's own."""

from collections.abc import Iterator

from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening
from handsel.demo.routes import later


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    for at, do in later(house, calendar):
        yield Happening(at, do)
