"""The same totals by another road: SQL over the two files, and nothing of ours but their rules.

It knows the rules from docs/online-retail.md and docs/terms.md and shares no code with what it
checks. Amounts are cents.
"""

from collections import defaultdict
from pathlib import Path

import duckdb

LINES = """
CREATE TABLE line AS
SELECT invoice_no AS invoice, file_row_number AS place, upper(trim(stock_code)) AS sku, quantity,
       CAST(round(abs(quantity) * CAST(unit_price AS DECIMAL(18, 3)) * 100) AS BIGINT) AS cents,
       customer_id AS customer, invoice_no LIKE 'C%' AS cancelled,
       -- The file has UK time. Summer time was 27 March to 30 October 2011.
       min(invoice_date) OVER (PARTITION BY invoice_no)
         - CASE WHEN min(invoice_date) OVER (PARTITION BY invoice_no)
                     BETWEEN '2011-03-27 01:00' AND '2011-10-30 02:00'
                THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END AS sold_at
  FROM read_parquet($orders, file_row_number = true)
 WHERE regexp_matches(invoice_no, '^C?[0-9]+$') AND unit_price > 0
   AND CASE WHEN invoice_no LIKE 'C%' THEN quantity < 0 ELSE quantity > 0 END
   AND upper(trim(stock_code)) NOT IN ('AMAZONFEE', 'BANK CHARGES', 'CRUK', 'D', 'S', 'B')
   AND ($until IS NULL OR invoice_date < CAST($until AS TIMESTAMP))
"""

TOTALS = """
WITH goods AS (
    SELECT line.*,
           cents - coalesce((CAST(2 AS BIGINT) * cents * returned.pieces + quantity)
                            // (2 * quantity), 0) AS left_cents
      FROM line LEFT JOIN returned USING (place)
     WHERE NOT cancelled AND sku NOT IN ('POST', 'DOT', 'C2')
),
orders AS (
    SELECT invoice, any_value(customer) AS customer, any_value(sold_at) AS sold_at,
           sum(cents) AS sold, sum(left_cents) AS left_cents
      FROM goods GROUP BY invoice
),
aged AS (
    SELECT *, customer IS NOT NULL
              AND row_number() OVER (PARTITION BY customer ORDER BY sold_at, invoice) = 1 AS is_new
      FROM orders
),
touch AS (
    SELECT order_reference AS invoice, kind, partner, epoch_ms(touched_at) AS at_ms
      FROM read_parquet($touches)
),
coded AS (SELECT invoice, any_value(partner) AS partner FROM touch WHERE kind = 'code' GROUP BY 1),
clicked AS (
    SELECT invoice, arg_max(partner, at_ms) AS partner
      FROM touch JOIN aged USING (invoice)
     WHERE kind = 'click' AND at_ms <= epoch_ms(aged.sold_at)
       AND at_ms >= epoch_ms(aged.sold_at) - 30 * CAST(86400000 AS BIGINT)
     GROUP BY invoice
)
SELECT coalesce(coded.partner, clicked.partner) AS partner,
       count(*) AS orders,
       sum((CAST(160000 AS BIGINT) * left_cents + 1000000) // 2000000
           + CASE WHEN is_new AND (left_cents > 0 OR sold = 0) THEN 300 ELSE 0 END) AS cents
  FROM aged LEFT JOIN coded USING (invoice) LEFT JOIN clicked USING (invoice)
 WHERE coalesce(coded.partner, clicked.partner) IS NOT NULL
 GROUP BY 1
"""


def recount(orders: Path, touches: Path, until: str | None = None) -> dict[str, tuple[int, int]]:
    """Orders credited to each partner's link, and its commission in cents.

    `until` leaves out what the file dates on or after a day.
    """
    with duckdb.connect() as connection:
        connection.execute(LINES, {"orders": str(orders), "until": until})
        returned = _returned(connection)
        connection.execute("CREATE TABLE returned (place BIGINT, pieces BIGINT)")
        connection.executemany("INSERT INTO returned VALUES (?, ?)", list(returned.items()))
        rows = connection.execute(TOTALS, {"touches": str(touches)}).fetchall()
    return {partner: (count, int(cents)) for partner, count, cents in rows}


def _returned(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Pieces of each sold row that came back: one customer and article at a time."""
    rows = connection.execute(
        "SELECT customer, sku, sold_at, place, quantity, cancelled FROM line"
        " WHERE customer IS NOT NULL"
        " AND (customer, sku) IN (SELECT (customer, sku) FROM line WHERE cancelled)"
        " ORDER BY sold_at, invoice, place"
    ).fetchall()
    shelves = defaultdict(list)
    for customer, sku, at, row, quantity, cancelled in rows:
        shelves[customer, sku].append((at, row, quantity, cancelled))
    returned: dict[int, int] = {}
    for story in shelves.values():
        held = {row: quantity for _, row, quantity, cancelled in story if not cancelled}
        when = {row: at for at, row, _, cancelled in story if not cancelled}
        for at, _, quantity, cancelled in story:
            missing = -quantity if cancelled else 0
            while missing:
                open_rows = [r for r in held if held[r] and when[r] < at]
                if not open_rows:
                    break
                latest = max(open_rows, key=lambda r: (when[r], r))
                taken = min(missing, held[latest])
                held[latest] -= taken
                missing -= taken
                returned[latest] = returned.get(latest, 0) + taken
    return returned
