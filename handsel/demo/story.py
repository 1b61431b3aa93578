"""What the people of the demo do in the course of the year."""

from collections.abc import Iterator

from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    yield from ()
