"""The data set's year, moved so that its last order has just been made."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handsel import clock

# The first and the last invoice of the file, in UTC.
FIRST_ORDER = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
LAST_ORDER = datetime(2011, 12, 9, 12, 50, tzinfo=UTC)
# Partners join before the first order, and clicks are kept for 400 days.
BEGINS_BEFORE = timedelta(days=16)
JUST_NOW = timedelta(minutes=10)
# The stretches of the year end in the evening.
EVENING = timedelta(hours=21)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the story happens. `shift` is whole days, but for hours where the demo is loaded
    earlier in the day than the last order was made: nothing lies in the future."""

    shift: timedelta
    ends_at: datetime

    @classmethod
    def ending(cls, at: datetime, last: datetime = LAST_ORDER) -> "Calendar":
        """
        >>> noon = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        >>> Calendar.ending(noon).shift
        datetime.timedelta(days=5460)
        >>> at_six = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
        >>> at_six - (LAST_ORDER + Calendar.ending(at_six).shift)
        datetime.timedelta(seconds=600)
        """
        shift = timedelta(days=(at.date() - last.date()).days)
        early = last + shift - (at - JUST_NOW)
        if early > timedelta():
            shift -= timedelta(minutes=math.ceil(early / timedelta(minutes=1)))
        return cls(shift, at)

    @property
    def begins_at(self) -> datetime:
        """Midnight of the day on which the program starts."""
        day = (FIRST_ORDER + self.shift - BEGINS_BEFORE).date()
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def day(self, days: float) -> datetime:
        """The moment so many days after the beginning."""
        return self.begins_at + timedelta(days=days)

    def before_end(self, days: float) -> datetime:
        return self.ends_at - timedelta(days=days)

    def moved(self, at: datetime) -> datetime:
        """A moment of the file, in the story."""
        return at + self.shift

    def steps(self) -> Iterator[datetime]:
        """The ends of the stretches in which the year passes: three days each, single days in the
        last three weeks."""
        at = self.begins_at + EVENING
        yield at
        while at < self.ends_at:
            days = 3 if self.ends_at - at > 21 * DAY else 1
            at = min(at + days * DAY, self.ends_at)
            yield at


def turn_clock(at: datetime) -> None:
    """Let it be that moment, for this process alone."""
    clock.set_offset(at - datetime.now(UTC))
