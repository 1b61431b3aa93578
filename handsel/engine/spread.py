"""How amounts are spread over many, told so that none of the many can be made out."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

# Base of the bands, as banknotes grow: in whole units of the currency, times powers of ten.
NOTES = (10, 25, 50)
BANDS_MAX = 7


class Bands(NamedTuple):
    """Counts between edges: `counts[i]` values from `edges[i]` up to below the next edge; the last
    band has no upper edge. `typical` is the place of the band with the median."""

    edges: tuple[int, ...]
    counts: tuple[int, ...]
    typical: int


def quantile(values: Sequence[int], per_mille: int) -> int:
    """The value below which so many of a thousand lie, between two neighbours in proportion.

    >>> quantile([10, 20, 30, 40], 500), quantile([10, 20, 30], 0), quantile([10, 20, 30], 900)
    (25, 10, 28)

    Raises ValueError without values.
    """
    if not values:
        raise ValueError("There is no quantile of nothing.")
    ordered = sorted(values)
    place, rest = divmod((len(ordered) - 1) * per_mille, 1000)
    below = ordered[place]
    above = ordered[min(place + 1, len(ordered) - 1)]
    return below + (above - below) * rest // 1000


def median(values: Sequence[int]) -> int:
    return quantile(values, 500)


def two_figures(value: int) -> int:
    """About as much: two figures, then noughts. What is rounded so gives nobody's amount away.

    >>> [two_figures(value) for value in (0, 7, 94, 1_234, 98_765, -1_250)]
    [0, 7, 94, 1200, 99000, -1300]
    """
    unit = int(10 ** max(len(str(abs(value))) - 2, 0))
    rounded = (abs(value) + unit // 2) // unit * unit
    return rounded if value >= 0 else -rounded


def bands(values: Sequence[int], unit: int, top_min: int = 3) -> Bands:
    """Values counted in bands that double in width, the median in the third or fourth.

    `unit` is one whole unit of the currency in minor units: edges are round amounts. A last band
    with fewer than `top_min` is joined to the one below, so that nobody stands out at the top.

    >>> bands([500, 3_000, 6_000, 9_000, 9_500, 14_000, 16_000, 90_000], unit=100)
    Bands(edges=(0, 2500, 5000, 10000), counts=(1, 1, 3, 3), typical=2)

    Raises ValueError without values.
    """
    middle = median(values)
    base = _base(middle, unit)
    edges = (0, *(base << step for step in range(BANDS_MAX - 1)))
    counts = [0] * len(edges)
    for value in values:
        counts[max(bisect_right(edges, value) - 1, 0)] += 1
    while len(counts) > 2 and counts[-1] < top_min:
        counts[-2:] = [counts[-2] + counts[-1]]
    edges = edges[: len(counts)]
    return Bands(edges, tuple(counts), max(bisect_right(edges, middle) - 1, 0))


def _base(middle: int, unit: int) -> int:
    """The largest round amount of which the median holds two."""
    fitting, power = unit, unit
    while power * 2 <= middle:
        fits = [note * power // 10 for note in NOTES if note * power // 10 * 2 <= middle]
        fitting = max(fits, default=fitting)
        power *= 10
    return fitting
