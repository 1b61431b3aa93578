"""What three agreements pay, by another road: SQL over the two files, and none of our code.

The rules are those of docs/online-retail.md and docs/terms.md, and of `three_agreements`, written a
second time as SQL. Amounts are cents; `//` of whole numbers rounds down.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from handsel.connectors.online_retail.tests.recount import LINES, _returned

# Both sums below a half up, which is away from zero: nothing here is negative.
ROUNDED = """
CREATE MACRO rounded(cents, ppm) AS (CAST(2 AS HUGEINT) * cents * ppm + 1000000) // 2000000
"""

# Windows in days, in force from a moment on; `click_first`: a click comes before a code.
VERSIONS = """
CREATE TABLE version AS
SELECT kind, number, epoch_ms(CAST(since AS TIMESTAMP)) AS since_ms,
       epoch_ms(CAST(until AS TIMESTAMP)) AS until_ms, days, click_first
  FROM (VALUES ('plain', 1, '2010-11-01', '2010-12-08 12:00', 30, false),
               ('plain', 2, '2010-12-08 12:00', '2999-01-01', 20, false),
               ('shelves', 1, '2010-11-01', '2999-01-01', 14, false),
               ('bounded', 1, '2010-11-01', '2999-01-01', 45, true))
       AS v(kind, number, since, until, days, click_first)
"""

GOODS = """
CREATE TABLE goods AS
SELECT line.*, described.description, described.local_at,
       CASE WHEN description LIKE '%CARD%' THEN 'cards' WHEN description LIKE '%BAG%' THEN 'bags'
            WHEN description LIKE '%LIGHT%' THEN 'lights' ELSE '' END AS category,
       sku IN ('POST', 'DOT', 'C2') AS is_shipping,
       cents - coalesce((CAST(2 AS BIGINT) * cents * returned.pieces + quantity)
                        // (2 * quantity), 0) AS left_cents
  FROM line LEFT JOIN returned USING (place)
  JOIN (SELECT file_row_number AS place, coalesce(description, '') AS description,
               min(invoice_date) OVER (PARTITION BY invoice_no) AS local_at
          FROM read_parquet($orders, file_row_number = true)) AS described USING (place)
 WHERE NOT cancelled
"""

SOLD = """
CREATE TABLE sold AS
SELECT *, customer IS NOT NULL
          AND row_number() OVER (PARTITION BY customer ORDER BY sold_at, invoice) = 1 AS is_new
  FROM (SELECT invoice, any_value(customer) AS customer, epoch_ms(any_value(sold_at)) AS at_ms,
               any_value(sold_at) AS sold_at, min(local_at) AS local_at, sum(cents) AS cents,
               sum(left_cents) AS left_cents
          FROM goods WHERE NOT is_shipping GROUP BY invoice)
"""

# Of each order: who is credited, and when the version that pays it was in force.
CREDITED = """
CREATE TABLE credited AS
WITH touch AS (
    SELECT order_reference AS invoice, touched.kind, partner, signed.kind AS agreed,
           epoch_ms(touched_at) AS touch_ms, sold.at_ms
      FROM read_parquet($touches) AS touched
      JOIN signed USING (partner) JOIN sold ON order_reference = invoice
),
clicked AS (
    SELECT touch.*
      FROM touch JOIN version ON version.kind = agreed
       AND touch_ms >= since_ms AND touch_ms < until_ms
     WHERE touch.kind = 'click' AND touch_ms <= at_ms
       AND at_ms - touch_ms <= days * CAST(86400000 AS BIGINT)
),
last_click AS (
    SELECT invoice, arg_max(partner, touch_ms) AS partner, max(touch_ms) AS touch_ms
      FROM clicked GROUP BY invoice
),
code AS (SELECT invoice, any_value(partner) AS partner FROM touch WHERE kind = 'code' GROUP BY 1),
of_coder AS (
    SELECT invoice, max(touch_ms) AS touch_ms
      FROM clicked JOIN code USING (invoice, partner) GROUP BY invoice
),
met AS (
    SELECT invoice, code.partner AS coder, last_click.partner AS clicker, last_click.touch_ms,
           of_coder.touch_ms AS coders_ms,
           (SELECT any_value(click_first) FROM version JOIN signed USING (kind)
             WHERE signed.partner = coalesce(code.partner, last_click.partner)) AS click_first
      FROM sold LEFT JOIN code USING (invoice) LEFT JOIN last_click USING (invoice)
      LEFT JOIN of_coder USING (invoice)
)
SELECT invoice, sold.*, partner, signed.kind, version.number
  FROM (SELECT invoice,
               CASE WHEN click_first THEN coalesce(clicker, coder)
                    ELSE coalesce(coder, clicker) END AS partner,
               CASE WHEN clicker IS NOT NULL AND (click_first OR coder IS NULL) THEN touch_ms
                    ELSE coders_ms END AS bound_ms
          FROM met)
  JOIN sold USING (invoice) JOIN signed USING (partner)
  JOIN version ON version.kind = signed.kind
   AND coalesce(bound_ms, at_ms) >= since_ms AND coalesce(bound_ms, at_ms) < until_ms
"""

PLAIN = """
SELECT partner, strftime(sold_at, '%Y-%m') AS month, count(*) AS orders,
       sum(rounded(left_cents, CASE number WHEN 1 THEN 80000 ELSE 95000 END)) AS cents
  FROM credited WHERE kind = 'plain' GROUP BY ALL
"""

SHELVES = """
WITH article AS (
    SELECT credited.*, goods.left_cents AS article_cents,
           CASE WHEN sku IN ('85123A', '47566', '21212') THEN 200000
                WHEN category = 'cards' AND is_new THEN 143000
                WHEN category IN ('cards', 'lights') THEN 121000
                WHEN is_new THEN 77700 ELSE 0 END AS ppm
      FROM credited JOIN goods USING (invoice)
     WHERE kind = 'shelves' AND NOT is_shipping
),
rule AS (
    SELECT partner, strftime(any_value(local_at), '%Y-%m') AS month, invoice, ppm,
           sum(article_cents) AS cents
      FROM article GROUP BY partner, invoice, ppm
),
volume AS (
    SELECT partner, month, sum(cents) FILTER (ppm = 0) AS cents,
           sum(rounded(cents, ppm)) AS others
      FROM rule GROUP BY ALL
),
begun AS (
    SELECT partner, strftime(local_at, '%Y-%m') AS month, count(*) AS orders,
           count(*) FILTER (is_new AND (left_cents > 0 OR cents = 0)) AS newcomers
      FROM credited WHERE kind = 'shelves' GROUP BY ALL
)
SELECT partner, month, orders, others + 300 * newcomers + coalesce(rounded(volume.cents,
       CASE WHEN volume.cents >= 2000000 THEN 82500 WHEN volume.cents >= 200000 THEN 70000
            ELSE 60000 END), 0) AS cents
  FROM volume JOIN begun USING (partner, month)
"""

BOUNDED = """
WITH article AS (
    SELECT credited.*, category, quantity, is_shipping, goods.cents AS whole_cents,
           goods.left_cents AS article_cents,
           sku IN ('22423', 'M', '85099B') AND NOT is_shipping AS is_out
      FROM credited JOIN goods USING (invoice) WHERE kind = 'bounded'
),
whole AS (
    SELECT partner, strftime(any_value(sold_at), '%Y-%m') AS month, invoice,
           coalesce(sum(article_cents) FILTER (NOT is_out), 0) AS counts,
           coalesce(sum(CASE WHEN whole_cents = 0 THEN quantity
                ELSE (quantity * article_cents + whole_cents - 1) // whole_cents END)
               FILTER (category = 'bags' AND NOT is_out AND NOT is_shipping), 0) AS bags
      FROM article GROUP BY partner, invoice
),
paid AS (
    SELECT *, rounded(counts, 41500) AS by_rate, rounded(counts, 41500) + 3 * bags AS cents
      FROM whole
),
monthly AS (
    SELECT partner, month, count(*) AS orders, sum(counts) AS counts,
           sum(CASE WHEN cents = 0 THEN 0 ELSE least(greatest(cents, 150), 6000) END)
           - sum(by_rate) AS beside
      FROM paid GROUP BY ALL
)
SELECT partner, month, orders, least(250000, beside
       + (2 * (CAST(least(counts, 150000) AS HUGEINT) * 41500
               + greatest(0, least(counts, 1500000) - 150000) * 62300
               + greatest(0, counts - 1500000) * 90000) + 1000000) // 2000000) AS cents
  FROM monthly
"""


Months = dict[tuple[str, str], tuple[int, int]]


def recount(
    orders: Path, touches: Path, signed: Mapping[str, str], until: str | None = None
) -> Months:
    """Credited orders and commission in cents, by the link of the partner and the month.

    `signed`: which agreement each partner has. `until` leaves out what the file dates on or after
    a day.
    """
    with duckdb.connect() as connection:
        connection.execute(LINES, {"orders": str(orders), "until": until})
        returned = _returned(connection)
        connection.execute("CREATE TABLE returned (place BIGINT, pieces BIGINT)")
        connection.executemany("INSERT INTO returned VALUES (?, ?)", list(returned.items()))
        connection.execute("CREATE TABLE signed (partner VARCHAR, kind VARCHAR)")
        connection.executemany("INSERT INTO signed VALUES (?, ?)", list(signed.items()))
        connection.execute(ROUNDED)
        connection.execute(VERSIONS)
        connection.execute(GOODS, {"orders": str(orders)})
        connection.execute(SOLD)
        connection.execute(CREDITED, {"touches": str(touches)})
        rows = [
            row for sql in (PLAIN, SHELVES, BOUNDED) for row in connection.execute(sql).fetchall()
        ]
    return {(partner, month): (count, int(cents)) for partner, month, count, cents in rows}
