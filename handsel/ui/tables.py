"""Tables to take along: CSV as a spreadsheet of any country reads it without guessing.

Amounts are decimals with a point in the currency of their row, moments ISO 8601 in UTC. A text
that a spreadsheet would run as a formula is quoted, because names come from outside.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from django.http import HttpResponse

from handsel.engine.money import exponent

Cell = str | int | Decimal | date | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def amount(amount_minor: int, currency: str) -> Decimal:
    """
    >>> amount(-123450, "EUR"), amount(500, "JPY")
    (Decimal('-1234.50'), Decimal('500'))
    """
    return Decimal(amount_minor).scaleb(-exponent(currency))


def cell(value: Cell) -> str:
    """
    >>> cell("=1+1"), cell(Decimal("-14.40")), cell(None)
    ("'=1+1", '-14.40', '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.startswith(FORMULA) else text


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """`name.csv`. Not streamed: what is read after the answer has begun sees nobody's rows."""
    # The mark tells Excel that it is UTF-8.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
