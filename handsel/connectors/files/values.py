"""One cell, understood. A cell is text from a CSV file; a spreadsheet has typed ones, too."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal
from zoneinfo import ZoneInfo

from handsel.connectors.files.refusals import (
    AmountUnreadable,
    DigitsTooMany,
    MomentUnreadable,
    NumberUnreadable,
    ValueUnknown,
)
from handsel.engine.money import exponent
from handsel.engine.values import AMOUNT_MINOR_MAX

Cell = str | int | float | bool | datetime | date | time | timedelta | None
Notation = Literal["point", "comma", "minor"]
DateOrder = Literal["ymd", "dmy", "mdy", "unix"]
DayMeans = Literal["end", "noon", "start"]

SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'"})
# What stands around amounts and says nothing that the currency's column does not say.
CURRENCY_MARKS = re.compile(r"^(?:[€$£¥₣₺₹]|kr\.?|zł|[A-Z]{3})+|(?:[€$£¥₣₺₹]|kr\.?|zł|[A-Z]{3})+$")
GROUPED = {
    "point": re.compile(r"-?(?:\d+|\d{1,3}(?:[, '_]\d{3})+)(?:\.\d+)?|-?\.\d+", re.ASCII),
    "comma": re.compile(r"-?(?:\d+|\d{1,3}(?:[. '_]\d{3})+)(?:,\d+)?|-?,\d+", re.ASCII),
}
# A spreadsheet computes in binary: 0.1 + 0.2 is 0.30000000000000004.
NOISE = Decimal("0.000001")

YES = frozenset("1 true yes y new ja j ny nytt tak t nowy nowa oui si sí x".split())  # noqa: SIM905
NO = frozenset("0 false no n returning existing nei nej nie non vanha befintlig".split())  # noqa: SIM905

DATES = {
    "ymd": re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})", re.ASCII),
    "dmy": re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4})", re.ASCII),
    "mdy": re.compile(r"(?P<m>\d{1,2})[-./](?P<d>\d{1,2})[-./](?P<y>\d{4})", re.ASCII),
}
CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
UNIX = re.compile(r"\d{1,13}(?:\.\d{1,9})?", re.ASCII)
DAY_CLOCK = {"end": time(23, 59, 59), "noon": time(12), "start": time(0)}
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's day has no zone)
NOON = 12


def text_of(cell: Cell) -> str:
    """As a person would write it: 1001 for a spreadsheet's 1001.0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).strip()


def read_amount(cell: Cell, notation: Notation, currency: str) -> int:
    """Minor units. Raises AmountUnreadable, and DigitsTooMany rather than rounding.

    >>> read_amount("1.234,50 €", "comma", "EUR"), read_amount("1,234.5", "point", "EUR")
    (123450, 123450)
    >>> read_amount("4990", "minor", "EUR"), read_amount("(12.00)", "point", "EUR")
    (4990, -1200)
    """
    amount = _decimal(cell, notation, currency)
    digits = 0 if notation == "minor" else exponent(currency)
    minor = amount.scaleb(digits)
    whole = minor.to_integral_value()
    if minor != whole and not (isinstance(cell, float) and abs(minor - whole) < NOISE):
        raise DigitsTooMany(
            f"{text_of(cell)[:40]} has more decimals than {currency} has.",
            remedy="Round it in the file, or say that amounts are in minor units.",
            params={"value": text_of(cell)[:40], "currency": currency},
        )
    if abs(whole) > AMOUNT_MINOR_MAX:
        raise _no_amount(cell)
    return int(whole)


def _decimal(cell: Cell, notation: Notation, currency: str) -> Decimal:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = Decimal(repr(cell))
        if not found.is_finite():
            raise _no_amount(cell)
        return found
    if not isinstance(cell, str):
        raise _no_amount(cell)
    written = _without_currency(cell.translate(SIGNS).strip(), currency)
    if written.startswith("(") and written.endswith(")"):
        written = f"-{written[1:-1]}"
    if written.endswith("-"):
        written = f"-{written[:-1]}"
    written = SPACES.sub(" ", written.removeprefix("+")).strip()
    pattern = GROUPED["point" if notation == "minor" else notation]
    if not pattern.fullmatch(written):
        raise _no_amount(cell)
    point = "," if notation == "comma" else "."
    plain = re.sub(rf"[^-\d{re.escape(point)}]", "", written).replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise _no_amount(cell) from None


def _without_currency(written: str, currency: str) -> str:
    """What is left of `SEK 49,90` or `49,90 kr`. Another currency's code stays, and is refused."""
    if re.search(r"[A-Z]{3}", written.replace(currency, "")):
        return written
    bare = CURRENCY_MARKS.sub("", written.removeprefix("-").strip()).strip()
    return f"-{bare}" if written.startswith("-") else bare


def _no_amount(cell: Cell) -> AmountUnreadable:
    return AmountUnreadable(
        f"{text_of(cell)[:40]} is no amount.",
        remedy="Check how the file writes amounts: 1,234.50 or 1.234,50 or 123450.",
        params={"value": text_of(cell)[:40]},
    )


def read_moment(cell: Cell, order: DateOrder, zone: ZoneInfo, day_means: DayMeans) -> datetime:
    """In UTC. A day without a clock is its end, noon or beginning, as `day_means` says.

    >>> oslo = ZoneInfo("Europe/Oslo")
    >>> read_moment("2.11.2026 kl. 14:30", "dmy", oslo, "end").isoformat()
    '2026-11-02T13:30:00+00:00'
    >>> read_moment("2026-11-02", "ymd", oslo, "end").isoformat()
    '2026-11-02T22:59:59+00:00'
    """
    try:
        at = _moment(cell, order, zone, day_means)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MomentUnreadable(
            f"{text_of(cell)[:40]} is no date.",
            remedy="Check how the file writes dates, as in 2026-11-20, 20.11.2026 or 11/20/2026.",
            params={"value": text_of(cell)[:40]},
        ) from None


def _moment(cell: Cell, order: DateOrder, zone: ZoneInfo, day_means: DayMeans) -> datetime:
    if isinstance(cell, datetime):
        # A spreadsheet's day is a moment at midnight: it has no other.
        return _at_day(cell.date(), day_means) if cell.time() == time(0) else cell
    if isinstance(cell, date):
        return _at_day(cell, day_means)
    if order == "unix":
        if not UNIX.fullmatch(text_of(cell)):
            raise ValueError(cell)
        seconds = Decimal(text_of(cell))
        return datetime.fromtimestamp(float(seconds / 1000 if seconds > 10**11 else seconds), UTC)
    if isinstance(cell, int | float):
        return EXCEL_DAY_ZERO + timedelta(days=cell)
    return _written_moment(text_of(cell), order, day_means)


def _written_moment(written: str, order: DateOrder, day_means: DayMeans) -> datetime:
    found = DATES["ymd"].match(written) or DATES[order].match(written)
    if found is None:
        raise ValueError(written)
    day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    rest = re.sub(r"^(?:T|,|kl\.?|at|o godz\.?|\s)+", "", written[found.end() :])
    if not rest:
        return _at_day(day, day_means)
    clock = CLOCK.fullmatch(rest)
    if clock is None:
        raise ValueError(written)
    hour = int(clock["h"])
    if clock["half"]:
        hour = hour % NOON + (NOON if clock["half"][0] in "Pp" else 0)
    zone = clock["zone"]
    at = datetime(  # noqa: DTZ001 (a moment without a zone gets the file's)
        day.year, day.month, day.day, hour, int(clock["min"]), int(clock["s"] or 0)
    )
    if not zone:
        return at
    return at.replace(tzinfo=UTC) if zone in {"Z", "UTC"} else _offset(at, zone)


def _offset(at: datetime, zone: str) -> datetime:
    return datetime.fromisoformat(f"{at.isoformat()}{zone[:3]}:{zone[-2:]}")


def _at_day(day: date, day_means: DayMeans) -> datetime:
    return datetime.combine(day, DAY_CLOCK[day_means])


def read_bool(cell: Cell) -> bool:
    word = text_of(cell).lower()
    if word in YES or word in NO:
        return word in YES
    raise ValueUnknown(
        f"{text_of(cell)[:40]} is neither yes nor no.",
        remedy="Write yes or no, or leave the column out.",
        params={"value": text_of(cell)[:40]},
    )


def read_count(cell: Cell) -> int:
    """A whole number, as of pieces."""
    written = text_of(cell)
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise NumberUnreadable(
            f"{written[:40]} is no whole number.",
            remedy="Write 1, 2, 3.",
            params={"value": written[:40]},
        )
    return int(written)
