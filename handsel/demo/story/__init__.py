"""What the people of the demo do in the course of the year, beside the buyers."""

from collections.abc import Iterator

from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening
from handsel.demo.story import applications, doubts, links, partings, payouts, questions


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    """Everything, in no order. Who has not joined yet when the year is cut short does nothing."""
    for part in (applications, doubts, links, partings, payouts, questions):
        yield from part.happenings(house, calendar)
