"""Real invoices, read from the Parquet file as orders in minor units."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

SHOP_TIME = ZoneInfo("Europe/London")
DATA = Path(__file__).with_name("data")
ORDERS = DATA / "online_retail.parquet"

# Postage and carriage never count for commission.
SHIPPING = ("POST", "DOT", "C2")
# What the shop booked on invoices although no buyer bought it: fees, samples, discounts, bad debt.
NOT_SOLD = ("AMAZONFEE", "BANK CHARGES", "CRUK", "D", "S", "B")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice. `amount_minor` is quantity times price, rounded once; `name` is as the
    shop spelled it, in capitals."""

    line_id: str
    sku: str
    quantity: int
    amount_minor: int
    name: str = ""

    @property
    def is_shipping(self) -> bool:
        return self.sku in SHIPPING


@dataclass(frozen=True, slots=True)
class Invoice:
    """An order, or a cancellation when its number starts with C. Quantities are positive."""

    number: str
    customer: str | None
    country: str
    occurred_at: datetime
    lines: tuple[Line, ...]

    @property
    def is_cancellation(self) -> bool:
        return self.number.startswith("C")


# A line is sold when an article, a quantity and a price are given; cancellations have a negative
# quantity. Decimal arithmetic rounds half away from zero.
_LINES = """
    SELECT invoice_no, file_row_number, trim(upper(stock_code)), abs(quantity),
           CAST(round(abs(quantity) * CAST(unit_price AS DECIMAL(18, 3)) * 100, 0) AS BIGINT),
           customer_id, country, min(invoice_date) OVER (PARTITION BY invoice_no),
           coalesce(trim(description), '')
      FROM read_parquet($path, file_row_number = true)
     WHERE regexp_matches(invoice_no, '^C?[0-9]+$')
       AND (quantity < 0) = (invoice_no LIKE 'C%')
       AND quantity <> 0 AND unit_price > 0
       AND NOT list_contains($not_sold, trim(upper(stock_code)))
     ORDER BY min(invoice_date) OVER (PARTITION BY invoice_no), invoice_no, file_row_number
"""


def read_invoices(path: Path = ORDERS) -> Iterator[Invoice]:
    """Orders and cancellations by time, oldest first."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        rows = connection.execute(_LINES, {"path": str(path), "not_sold": list(NOT_SOLD)})
        number, head, lines = "", None, list[Line]()
        while batch := rows.fetchmany(20_000):
            for invoice_no, row, sku, quantity, amount, customer, country, at, name in batch:
                if invoice_no != number:
                    if head is not None:
                        yield Invoice(*head, tuple(lines))
                        lines = []
                    number = invoice_no
                    head = (invoice_no, customer and str(customer), country, _utc(at))
                lines.append(Line(f"{invoice_no}-{row}", sku, quantity, amount, name))
        if head is not None:
            yield Invoice(*head, tuple(lines))


def _utc(local: datetime) -> datetime:
    return local.replace(tzinfo=SHOP_TIME).astimezone(UTC)
