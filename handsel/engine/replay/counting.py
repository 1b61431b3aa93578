"""What counts of every order under a basis, in exact whole numbers, and the sums of its lines."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np

from handsel.engine.money import round_half_away
from handsel.engine.replay.history import (
    VECTOR_MINOR_MAX,
    VECTOR_PIECES_MAX,
    Bools,
    Column,
    History,
    Ints,
)
from handsel.engine.terms import Basis

T = TypeVar("T")
# Products below this fit into 64 bits, twice over.
EXACT_MAX = 2**61


class Counts(NamedTuple):
    """By line, of shipping by order, and both together by order."""

    lines: Ints
    shipping: Ints
    orders: Ints


def counts_of(history: History, basis: Basis) -> Counts:
    return _once(history, basis, lambda: _counts(history, basis))


def sums_of(history: History, name: str) -> Ints:
    """A column of the lines, summed by order; `sold_minor` is what was paid."""
    return _once(history, ("sum", name), lambda: by_order(history, _column(history, name)))


def by_order(history: History, values: Column) -> Ints:
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=ends[1:])
    start = history.line_start
    found: Ints = ends[start[1:]] - ends[start[:-1]]
    return found


def is_spent(history: History) -> Bools:
    def spent() -> Bools:
        sold, left = sums_of(history, "sold_minor"), sums_of(history, "left_minor")
        found: Bools = history.orders["cancelled"] | ((sold > 0) & (left == 0))
        return found

    return _once(history, "spent", spent)


def is_large(history: History) -> Bools:
    """Orders whose sums might not fit: they are computed one by one."""

    def large() -> Bools:
        gross = by_order(history, np.minimum(history.lines["gross_minor"], VECTOR_MINOR_MAX))
        pieces = by_order(history, np.minimum(history.lines["quantity"], VECTOR_PIECES_MAX))
        shipping = history.orders["shipping_minor"]
        found: Bools = (gross >= VECTOR_MINOR_MAX) | (shipping >= VECTOR_MINOR_MAX)
        return found | (pieces >= VECTOR_PIECES_MAX)

    return _once(history, "large", large)


def round_away(numerator: Column, denominator: Column | int) -> Ints:
    """As `money.round_half_away`."""
    nearest = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    found: Ints = np.where(numerator >= 0, nearest, -nearest)
    return found


def _once(history: History, key: object, compute: Callable[[], T]) -> T:
    if key not in history.known:
        history.known[key] = compute()
    found: T = history.known[key]
    return found


def _column(history: History, name: str) -> Column:
    if name == "sold_minor":
        return history.lines["gross_minor"] - history.lines["discount_minor"]
    return history.lines[name]


def _counts(history: History, basis: Basis) -> Counts:
    lines = _line_counts(history, basis)
    shipping = _shipping_counts(history, basis)
    return Counts(lines, shipping, by_order(history, lines) + shipping)


def _line_counts(history: History, basis: Basis) -> Ints:
    """As `engine.earning.counted`: price x kept x left / paid², rounded once."""
    gross, left = history.lines["gross_minor"], history.lines["left_minor"]
    sold = gross - history.lines["discount_minor"]
    price = gross if basis.before_discounts else sold
    kept = sold if basis.with_tax else sold - history.lines["tax_minor"]
    if basis.with_tax and not basis.before_discounts:
        found = left.copy()
    else:
        safe = np.maximum(sold, 1)
        # Where nothing was sent back, or price and payment are the same, one factor cancels.
        factor = np.where(left == sold, price, left)
        found = round_away(factor * kept, safe)
        odd = (left != sold) & (price != sold) & (left > 0)
        odd |= (factor.astype(float) * kept) >= EXACT_MAX
        for line in np.flatnonzero(odd & (sold > 0)):
            numerator = int(price[line]) * int(kept[line]) * int(left[line])
            found[line] = round_half_away(numerator, int(sold[line]) ** 2)
    free = sold == 0
    if free.any():
        cancelled = np.repeat(history.orders["cancelled"], history.orders["lines"])
        found[free] = np.where(cancelled, 0, price)[free]
    return found


def _shipping_counts(history: History, basis: Basis) -> Ints:
    shipping = history.orders["shipping_minor"]
    if not basis.with_shipping:
        return np.zeros(len(shipping), np.int64)
    kept = shipping - (0 if basis.with_tax else history.orders["shipping_tax_minor"])
    left = history.orders["shipping_left_minor"]
    found = round_away(kept * left, np.maximum(shipping, 1))
    for order in np.flatnonzero(shipping >= VECTOR_MINOR_MAX):
        found[order] = round_half_away(int(kept[order]) * int(left[order]), int(shipping[order]))
    return found
