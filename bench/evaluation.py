"""What one order earns, and a month: from facts to amounts, in pure Python without a database.

Rounds take turns, and processor time is counted: whoever else uses the machine is not measured.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from time import process_time

from bench.results import Result, compared, rounded
from bench.world import World
from handsel.engine.commission import Inputs, judge
from handsel.engine.settling.tests.cast import FIRST, member, month, terms, tiered
from handsel.engine.tests.cast import BEN, CLEO, HAT, SHIRT, SOCKS, agreement, click, code, sale
from handsel.engine.tests.golden.second import second_inputs
from handsel.engine.values import canonical, parse

ROUNDS = 15
TIMES = 200
ORDERS = 1000


def measure(world: World) -> Iterator[Result]:
    """Of the world nothing is needed: engine and inputs are all."""
    plain = Inputs(
        facts=(sale(SHIRT, SOCKS, HAT, shipping_minor=490, customer_is_new=True),),
        touches=(click(6), click(2, CLEO), code()),
        agreements=(agreement(), agreement(CLEO)),
    )
    stored = canonical(plain)
    every = second_inputs()["conditions"]
    simple, complete, reading = _in_turn(
        lambda: judge(plain, BEN), lambda: judge(every, BEN), lambda: parse(Inputs, stored)
    )
    yield compared(
        "One order of three articles judged, two rules of pay",
        simple,
        reading,
        unit="µs",
        yardstick="reading its inputs from JSON",
        note="Three touches, two partners, an agreement each; processor time.",
    )
    yield compared(
        "One order of four articles judged, fourteen rules of every kind",
        complete,
        simple,
        unit="µs",
        yardstick="the order under two rules",
    )
    agreed = terms(tiered())
    orders = [
        member(f"L-{place}", 10_000, agreed, at=FIRST + timedelta(minutes=place))
        for place in range(ORDERS)
    ]
    yield Result(
        name=f"A month of {ORDERS:,} orders settled, with tiers",
        value=rounded(median(_seconds(lambda: month(orders, agreed), 1) for _ in range(5)) * 1000),
        unit="ms",
        better="lower",
        note="Each time from all of its orders: a settlement depends on their set alone.",
    )


def _in_turn(*runs: Callable[[], object]) -> list[list[float]]:
    """Microseconds of each, round by round."""
    rounds = [[_seconds(run, TIMES) * 1e6 for run in runs] for _ in range(ROUNDS)]
    return [list(values) for values in zip(*rounds, strict=True)]


def _seconds(run: Callable[[], object], times: int) -> float:
    began = process_time()
    for _ in range(times):
        run()
    return (process_time() - began) / times
