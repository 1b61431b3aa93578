"""Days, weeks, months and years, as a time zone has them. Weeks begin on Monday (ISO 8601)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from handsel.engine.terms.pay import Calendar

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
EVER = EARLIEST, LATEST

Period = tuple[datetime, datetime]


def period_of(at: datetime, calendar: Calendar, zone: str) -> Period:
    """The period that a moment lies in: its start (included) and its end (excluded), in UTC.

    >>> from handsel.engine.values import moment_text
    >>> at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)    # 00:30 on 1 April in Stockholm
    >>> [moment_text(end) for end in period_of(at, "month", "Europe/Stockholm")]
    ['2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z']
    """
    try:
        return _between(at.astimezone(ZoneInfo(zone)).date(), calendar, zone)
    except (OverflowError, ValueError):
        # On the first or the last day of the calendar there is a whole period on one side only.
        return EVER


def day_start(day: date, zone: str) -> datetime:
    """The moment a day begins. Where the clocks skip midnight, it is the first one after it."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def months_after(at: datetime, months: int, zone: str) -> datetime:
    """The same day and time so many months later, or the last day of a month that is too short.

    >>> months_after(datetime(2026, 1, 31, 12, tzinfo=UTC), 1, "UTC").day
    28
    """
    local = at.astimezone(ZoneInfo(zone))
    years, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    if years > LATEST.year:
        return LATEST
    day = min(local.day, monthrange(years, month + 1)[1])
    return local.replace(year=years, month=month + 1, day=day).astimezone(UTC)


@lru_cache(maxsize=4096)
def _between(day: date, calendar: Calendar, zone: str) -> Period:
    if calendar == "ever":
        return EVER
    first = _first(day, calendar)
    return day_start(first, zone), day_start(_next(first, calendar), zone)


def _first(day: date, calendar: Calendar) -> date:
    if calendar == "day":
        return day
    if calendar == "week":
        return day - timedelta(days=day.weekday())
    if calendar == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day.replace(day=1) if calendar == "month" else day.replace(month=1, day=1)


def _next(first: date, calendar: Calendar) -> date:
    if calendar in ("day", "week"):
        return first + timedelta(days=1 if calendar == "day" else 7)
    months = {"month": 1, "quarter": 3, "year": 12}[calendar]
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(years, month + 1, 1)
