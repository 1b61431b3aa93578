"""The simulated part: who is said to have brought which buyer. All of it is invented by a seed.

`python -m handsel.connectors.online_retail.touches` writes the file that is shipped. About half of
the orders have touches: one to three clicks in the fifty days before, some of them too old to
count, and now and then a personal code, alone or together with another partner's click.
"""

import random
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from handsel.connectors.online_retail.orders import DATA, ORDERS, Invoice, read_invoices

TOUCHES = DATA / "simulated_touches.parquet"
SEED = 20_101_201


@dataclass(frozen=True, slots=True)
class Partner:
    slug: str
    name: str
    kind: str
    weight: int
    code: str


PARTNERS = (
    Partner("paper-lantern", "Paper Lantern", "content", 16, "LANTERN"),
    Partner("kitchen-notes", "Kitchen Notes", "content", 13, "KITCHEN"),
    Partner("gift-guide-weekly", "Gift Guide Weekly", "content", 12, "GIFTWEEK"),
    Partner("vintage-table", "The Vintage Table", "influencer", 11, "TABLE10"),
    Partner("home-by-ida", "Home by Ida", "influencer", 9, "IDA"),
    Partner("couponcorner", "Coupon Corner", "coupon", 14, "CORNER"),
    Partner("pennywise", "Pennywise Deals", "coupon", 8, "PENNY"),
    Partner("pointsclub", "Points Club", "loyalty", 7, "POINTS"),
    Partner("shopkeepers-circle", "Shopkeepers’ Circle", "business", 5, "CIRCLE"),
    Partner("market-stall", "Market Stall Supply", "business", 3, "STALL"),
    Partner("bunting-and-co", "Bunting & Co", "content", 1, "BUNTING"),
    Partner("linknet", "Linknet", "sub_network", 1, "LINKNET"),
)


@dataclass(frozen=True, slots=True)
class Touch:
    order_reference: str
    kind: str  # click or code
    partner: str  # its slug
    touched_at: datetime
    simulated: bool = True


def simulate(invoices: Iterator[Invoice], seed: int = SEED) -> Iterator[Touch]:
    """Touches of the orders among `invoices`, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  a simulation, not a secret
    for invoice in invoices:
        if not invoice.is_cancellation:
            yield from _touches(invoice, chance)


def read_touches(path: Path = TOUCHES) -> Iterator[Touch]:
    """Touches from a Parquet or CSV file with these columns; `touched_at` is UTC."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        source = "read_csv" if path.suffix == ".csv" else "read_parquet"
        rows = connection.execute(
            "SELECT order_reference, kind, partner, epoch_ms(touched_at), simulated"  # noqa: S608
            f" FROM {source}($path) ORDER BY order_reference, touched_at, partner, kind",
            {"path": str(path)},
        )
        while batch := rows.fetchmany(20_000):
            for order, kind, partner, at_ms, simulated in batch:
                at = datetime.fromtimestamp(at_ms / 1000, UTC)
                yield Touch(order, kind, partner, at, simulated)


def _touches(order: Invoice, chance: random.Random) -> Iterator[Touch]:
    weights = [partner.weight for partner in PARTNERS]
    if chance.random() < 0.45:
        for partner in chance.choices(PARTNERS, weights, k=chance.choice((1, 1, 1, 2, 2, 3))):
            # Most clicks are of the same hour or day, a few older than any window.
            minutes = min(chance.lognormvariate(6.5, 2.3), 50 * 24 * 60)
            ago = timedelta(milliseconds=int(minutes * 60_000) + 1)
            yield Touch(order.number, "click", partner.slug, order.occurred_at - ago)
    if chance.random() < 0.08:
        (partner,) = chance.choices(PARTNERS, weights)
        yield Touch(order.number, "code", partner.slug, order.occurred_at)


def write_touches(path: Path = TOUCHES) -> int:
    """Write the simulated touches of the shipped orders; how many there are."""
    rows = [astuple(touch) for touch in simulate(read_invoices(ORDERS))]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "CREATE TABLE touch (order_reference VARCHAR, kind VARCHAR, partner VARCHAR,"
            " touched_at TIMESTAMPTZ, simulated BOOLEAN)"
        )
        connection.executemany("INSERT INTO touch VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute(
            "COPY touch TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(path)}
        )
    return len(rows)


if __name__ == "__main__":
    write_touches()
