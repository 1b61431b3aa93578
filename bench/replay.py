"""`make bench-replay`: ten million clicks and half a million orders, credited again.

The history is made up (seeded): customers of very different zeal, 5,000 partners, a year, windows
of six classes. The yardstick is the method named in our notes on methods for windows that differ by
partner: NumPy candidates, once for all windows, then the newest that is within its own; it reads
the same Parquet files. Both must find the same clicks.
"""

import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import duckdb
import numpy as np
from rich.console import Console

from bench import machine
from bench.readme import page
from bench.results import README, RESULTS, Result, compared, merged, read, rounded, stamp, write
from bench.rounds import ROUNDS, interleaved
from handsel.engine.agreements import AgreementVersion
from handsel.engine.replay import Outcome, Replay, as_agreed
from handsel.engine.replay.crediting import credits_of
from handsel.engine.replay.history import NEVER, TABLES, Column, Ints
from handsel.engine.terms import AttributionTerms, Percent, Terms
from handsel.insights.history_files import Made, read_history, write_history

CLICKS, ORDERS, CUSTOMERS, PARTNERS = 10_000_000, 500_000, 2_000_000, 5_000
WINDOWS = (1, 7, 14, 30, 45, 60)
SINCE = datetime(2025, 9, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=366)
DAY_US = 86_400_000_000
SEED = 7
T = TypeVar("T")


def measure() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "replay" / "history"
        _write(folder)
        found: dict[str, list[Ints]] = {"ours": [], "yardstick": []}
        sides: dict[str, Callable[[], float]] = {
            "ours": lambda: _timed(lambda: found["ours"].append(_ours(folder))),
            "yardstick": lambda: _timed(lambda: found["yardstick"].append(_yardstick(folder))),
        }
        seconds = interleaved(sides)
        if not np.array_equal(found["ours"][0], found["yardstick"][0]):
            raise AssertionError("Replay and the yardstick credit different clicks.")
        credited = int((found["ours"][0] >= 0).sum())
        note = (
            f"{CLICKS:,} clicks, {ORDERS:,} orders, windows of {len(WINDOWS)} classes; read from"
            f" Parquet; {credited:,} orders credited, the same by both. The extraction is apart."
        )
        result = compared(
            "Crediting a year of clicks again, windows that differ by partner",
            seconds["ours"],
            seconds["yardstick"],
            unit="s",
            yardstick="all clicks within the longest window as candidates, in NumPy",
            goal=1.5,
            note=note,
        )
        yield replace(result, better="lower")
        yield from _scenarios(folder)


def _scenarios(folder: Path) -> Iterator[Result]:
    whole, rates = [], []
    agreed, proposed = _agreements(50_000), _agreements(61_000)
    for _ in range(ROUNDS):
        started = perf_counter()
        replay = Replay(read_history(folder))
        _replayed(replay, agreed)
        whole.append(perf_counter() - started)
        started = perf_counter()
        _replayed(replay, proposed)
        rates.append(perf_counter() - started)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = "From files to commissions; then other rates for the same history."
    yield Result(
        name="A year replayed whole, from its files",
        value=rounded(sorted(whole)[1]),
        unit="s",
        better="lower",
        note=note,
    )
    ratios = sorted(first / second for first, second in zip(whole, rates, strict=True))
    yield Result(
        name="Other rates only: how many times faster than whole",
        value=rounded(ratios[1]),
        unit="×",
        goal=20,
        note=note,
    )
    yield Result(
        name="Memory of the process at its peak, yardstick included",
        value=rounded(peak_mb),
        unit="MB",
        better="lower",
        note=note,
    )


def _replayed(replay: Replay, agreements: Sequence[AgreementVersion]) -> Outcome:
    book = as_agreed(agreements, replay.history)
    return replay.under(book, SINCE, UNTIL)


def _ours(folder: Path) -> Ints:
    """The place of the credited click of each order; -1 where none is."""
    history = read_history(folder)
    book = as_agreed(_agreements(50_000), history)
    credits = credits_of(history, book, np.arange(history.orders.size))
    found = np.full(history.orders.size, -1)
    found[credits.order] = credits.click
    return found


def _yardstick(folder: Path) -> Ints:
    """Candidates once: all clicks of the customer within the longest window. Then the newest that
    is within the window of its own partner."""
    clicks = _read(folder / "clicks_by_customer.parquet", "customer", "at", "partnership")
    orders = _read(folder / "orders_by_customer.parquet", "customer", "at")
    shift = 37
    base = int(clicks["at"].min()) // 1000
    keys = (clicks["customer"] << shift) | (clicks["at"] // 1000 - base)
    longest_ms = max(WINDOWS) * DAY_US // 1000
    ordered_ms = orders["at"] // 1000 - base
    own = orders["customer"] << shift
    first = np.searchsorted(keys, own | np.maximum(ordered_ms - longest_ms, 0), "left")
    end = np.searchsorted(keys, own | ordered_ms, "right")
    size = end - first
    of = np.repeat(np.arange(len(size)), size)
    skipped = np.cumsum(size) - size
    candidate = np.arange(len(of)) + np.repeat(first - skipped, size)
    window_us = np.array(WINDOWS)[clicks["partnership"] % len(WINDOWS)] * DAY_US
    age = orders["at"][of] - clicks["at"][candidate]
    good = age <= window_us[candidate]
    found = np.full(len(size), -1)
    found[of[good]] = candidate[good]
    return found


def _read(path: Path, *columns: str) -> dict[str, Ints]:
    names = ", ".join(f'"{name}"' for name in columns)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {names} FROM read_parquet($1)", [str(path)]
        ).fetchnumpy()
    return {name: np.asarray(found[name]) for name in columns}


def _timed(work: Callable[[], T]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _agreements(rate_ppm: int) -> list[AgreementVersion]:
    terms = [
        Terms(
            currency="EUR",
            attribution=AttributionTerms(window_days=days),
            pay=(Percent(rate_ppm=rate_ppm),),
        )
        for days in WINDOWS
    ]
    return [
        AgreementVersion(
            agreement=f"agr_{number}",
            partnership=_partner(number),
            number=1,
            terms=terms[number % len(WINDOWS)],
            valid_from=SINCE - timedelta(days=100),
        )
        for number in range(PARTNERS)
    ]


def _partner(number: int) -> str:
    return f"par_{number:05d}"


def _write(folder: Path) -> None:
    """The history in our files, and beside them the same by customer."""
    random = np.random.default_rng(SEED)
    begin = int(SINCE.timestamp()) * 1_000_000
    end = int(UNTIL.timestamp()) * 1_000_000

    def moments(size: int) -> Ints:
        return random.integers(begin // 1000, end // 1000, size) * 1000

    def customers(size: int) -> Ints:
        return (CUSTOMERS * random.random(size) ** 2.5).astype(np.int64)

    click_customer, click_at = customers(CLICKS), moments(CLICKS)
    by_customer = np.lexsort((click_at, click_customer))
    click_customer, click_at = click_customer[by_customer], click_at[by_customer]
    partner = random.integers(0, PARTNERS, CLICKS).astype(np.int32)
    order_at = np.sort(moments(ORDERS))
    order_customer = customers(ORDERS)
    starts = np.searchsorted(click_customer, np.arange(CUSTOMERS + 1))
    paid = random.integers(500, 30_000, ORDERS)
    columns = {
        "orders": _orders(order_at, starts[order_customer], starts[order_customer + 1]),
        "lines": _full("lines", ORDERS) | {"gross_minor": paid, "left_minor": paid},
        "touches": _full("touches", CLICKS) | {"at": click_at, "partnership": partner},
        "metadata": _full("metadata", 0),
        "clicks": _full("clicks", 0),
    }
    columns["lines"]["quantity"] = np.ones(ORDERS, np.int64)
    partners = [_partner(number) for number in range(PARTNERS)]
    write_history(folder, columns, ["", "EUR"], partners, Made(UNTIL, 0, ORDERS))
    _beside(folder, "clicks_by_customer", customer=click_customer, at=click_at, partnership=partner)
    _beside(folder, "orders_by_customer", customer=order_customer, at=order_at)


def _orders(at: Ints, start: Ints, end: Ints) -> dict[str, Ints]:
    return _full("orders", ORDERS) | {
        "at": at,
        "reference": np.arange(ORDERS),
        "currency": np.ones(ORDERS, np.int32),
        "renews_at": np.full(ORDERS, NEVER),
        "bought_at": np.full(ORDERS, NEVER),
        "lines": np.ones(ORDERS, np.int64),
        "touch_start": start,
        "touch_end": end,
        "only_clicks": np.ones(ORDERS, bool),
    }


def _full(table: str, size: int) -> dict[str, Column]:
    return {name: np.zeros(size, kind) for name, kind in TABLES[table].items()}


def _beside(folder: Path, name: str, **columns: Column) -> None:
    with duckdb.connect() as connection:
        connection.register("columns", dict(columns))
        connection.execute(f"COPY columns TO '{folder / name}.parquet' (FORMAT parquet)")


def main() -> None:
    console = Console()
    described = machine.described(RESULTS.parent)
    console.print(described, highlight=False, soft_wrap=True)
    results = []
    for result in measure():
        beside = f", {result.ratio:.2f} × {result.yardstick}" if result.ratio else ""
        console.print(f"{result.name}: {result.value} {result.unit}{beside}", soft_wrap=True)
        results.append(replace(result, measured_at=stamp(), machine=described))
    everything = merged(read(), results)
    write(everything)
    README.write_text(page(everything))


if __name__ == "__main__":
    main()
