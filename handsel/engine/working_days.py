"""Promises in working days: Monday to Friday. Public holidays differ by place and are not left out;
a promise that is kept earlier is kept."""

from datetime import date, timedelta

SATURDAY = 5


def working_days_after(day: date, days: int) -> date:
    """The day by which a promise of so many working days is due; the day itself does not count.

    >>> str(working_days_after(date(2026, 10, 15), 3))    # a Thursday: Friday, Monday, Tuesday
    '2026-10-20'
    >>> str(working_days_after(date(2026, 10, 17), 1))    # a Saturday
    '2026-10-19'

    Raises ValueError for a negative number of days.
    """
    if days < 0:
        raise ValueError("A promise of fewer than no days.")
    due = day
    while days:
        due += timedelta(days=1)
        if due.weekday() < SATURDAY:
            days -= 1
    return due
