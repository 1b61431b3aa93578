"""Orders through the whole road: inbox, facts, attribution, commission, ledger, seal; committed.

As an import or a busy worker does it: hundreds of events at a time, in one process. The yardstick
is the same PostgreSQL taking one row per transaction.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from time import perf_counter

import psycopg

from bench.results import Result, compared, rounded
from bench.rounds import interleaved
from bench.world import World

BATCH = 300
SECONDS = 5.0
YARDSTICK_SECONDS = 2.0
ALONE = 200


class Incomplete(Exception):
    """Not every order earned a commission: the figure would be of less than the whole road."""


def measure(world: World) -> Iterator[Result]:
    from handsel.commissions.models import Commission
    from handsel.conversions.models import Conversion
    from handsel.ledger.models import Entry

    orders = order_bodies(world)
    _send(world, [next(orders) for _ in range(BATCH)])  # connections, caches, prepared plans
    alone = _one_by_one(world, orders)
    _send(world, [next(orders)])
    with psycopg.connect(world.urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_rows (id bigserial PRIMARY KEY, body jsonb)")
        rounds = interleaved(
            {
                "road": lambda: _whole_road(world, orders),
                "rows": lambda: _one_row_each(connection, orders),
            }
        )
        connection.execute("DROP TABLE bench_rows")
    made = Conversion.objects.count()
    if not made == Commission.objects.count() == Entry.objects.count():
        raise Incomplete(f"{Commission.objects.count()} commissions of {made} orders.")
    yield Result(
        name="One conversion evaluated and posted, 99 of 100 within",
        value=rounded(alone[ALONE * 99 // 100]),
        unit="ms",
        better="lower",
        goal=50,
        note=f"{ALONE} orders, each alone; half of them within {rounded(alone[ALONE // 2])} ms.",
    )
    yield compared(
        "Conversions through the whole road, in batches",
        rounds["road"],
        rounds["rows"],
        unit="per s",
        yardstick="one-row transactions in the same PostgreSQL",
        note=f"One process, {BATCH} orders of one to four lines at a time, most by a click.",
    )


def _one_by_one(world: World, orders: Iterator[dict[str, object]]) -> list[float]:
    """Milliseconds from an order that is due to its entry in the ledger, one order at a time."""
    from handsel.commissions.services import evaluate_due
    from handsel.intake.services import Incoming, receive_all

    taken = []
    for _ in range(ALONE):
        event = Incoming(kind="order", body=next(orders))
        receive_all(world.program, [event], source="bench", trust="store")
        began = perf_counter()
        evaluate_due()
        taken.append((perf_counter() - began) * 1000)
    return sorted(taken)


def order_bodies(world: World) -> Iterator[dict[str, object]]:
    """Orders of today, of buyers who come back, by a click, a code, or both."""
    from handsel.environment import environment
    from handsel.links.models import Code
    from handsel.tracking.click_id import mint
    from handsel.tracking.keys import load_keys

    random = Random(7)
    key = load_keys(environment().keys_dir).click
    codes = list(Code.objects.values_list("code", flat=True))
    for number in count(1):
        ordered_at = datetime.now(UTC) - timedelta(seconds=random.randrange(60, 6 * 3600))
        clicked_at = ordered_at - timedelta(minutes=random.randrange(2, 5000))
        link = random.choice(world.links)
        by_click = random.random() < 0.7
        yield {
            "order_reference": f"B-{number}",
            "currency": "EUR",
            "occurred_at": ordered_at.isoformat(),
            "lines": [
                {"line_id": str(n), "sku": f"wool-{random.randrange(500)}", "amount_minor": amount}
                for n, amount in enumerate(random.choices(range(900, 15_000), k=1 + number % 4))
            ],
            "shipping_minor": 490,
            "customer": {"id": f"buyer-{random.randrange(1 + number)}"},
            "click_ids": [mint(key, link.number, round(clicked_at.timestamp() * 1000))]
            if by_click
            else [],
            "codes": [random.choice(codes)] if not by_click or random.random() < 0.1 else [],
        }


def _whole_road(world: World, orders: Iterator[dict[str, object]]) -> float:
    """Orders per second; each is in the ledger, and its entry sealed, when it counts."""
    began, done = perf_counter(), 0
    while perf_counter() - began < SECONDS:
        batch = [next(orders) for _ in range(BATCH)]
        _send(world, batch)
        done += len(batch)
    return done / (perf_counter() - began)


def _send(world: World, batch: list[dict[str, object]]) -> None:
    from handsel.commissions.services import evaluate_due
    from handsel.errors import DomainError
    from handsel.intake.services import Incoming, receive_all
    from handsel.ledger.seal import seal_new

    events = [Incoming(kind="order", body=body) for body in batch]
    for outcome in receive_all(world.program, events, source="bench", trust="store"):
        if isinstance(outcome, DomainError):
            raise outcome
    while evaluate_due():
        pass
    seal_new()


def _one_row_each(connection: psycopg.Connection, orders: Iterator[dict[str, object]]) -> float:
    body = json.dumps(next(orders))
    began, done = perf_counter(), 0
    while perf_counter() - began < YARDSTICK_SECONDS:
        connection.execute("INSERT INTO bench_rows (body) VALUES (%s)", [body])
        done += 1
    return done / (perf_counter() - began)
