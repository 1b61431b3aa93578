"""The days on which banks move euros: the TARGET calendar of the Eurosystem.

Closed on Saturdays and Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
Source: European Central Bank, TARGET Services calendar, long-term.
"""

from datetime import date, timedelta

SATURDAY = 5
FIXED = {(1, 1), (5, 1), (12, 25), (12, 26)}


def bank_day(day: date) -> date:
    """The day itself when banks are open, else the next on which they are.

    >>> bank_day(date(2026, 10, 16)), bank_day(date(2026, 4, 3))    # a Friday; Good Friday
    (datetime.date(2026, 10, 16), datetime.date(2026, 4, 7))
    """
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def is_bank_day(day: date) -> bool:
    easter = easter_of(day.year)
    around = {easter - timedelta(days=2), easter + timedelta(days=1)}
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED and day not in around


def easter_of(year: int) -> date:
    """Easter Sunday of a Gregorian year.

    >>> easter_of(2026)
    datetime.date(2026, 4, 5)

    Source: the anonymous Gregorian computus (Nature, 1876; Meeus, Jones, Butcher).
    """
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_shift + 15) % 30
    quarter, quarter_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * quarter - epact - quarter_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
