"""The drawing of how earnings spread: places in per cent of the plot, as SVG writes them."""

from dataclasses import dataclass

from handsel.engine.money import exponent
from handsel.engine.spread import Bands
from handsel.ui.figures import count_text

GRID_LINES_MAX = 4
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    typical: bool
    x: str
    middle: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Line:
    count: int
    y: str


@dataclass(frozen=True)
class Histogram:
    bars: list[Bar]
    lines: list[Line]


def histogram(spread: Bands, currency: str) -> Histogram:
    """One bar a band, with room above the highest for its number."""
    highest = max(spread.counts)
    top = highest * 1.14
    slot = 100 / len(spread.counts)
    bars = [
        Bar(
            label=_label(spread.edges, place, currency),
            count=count,
            typical=place == spread.typical,
            x=_per_cent(slot * (place + 0.11)),
            middle=_per_cent(slot * (place + 0.5)),
            width=_per_cent(slot * 0.78),
            y=_per_cent(100 - 100 * count / top),
            height=_per_cent(100 * count / top),
        )
        for place, count in enumerate(spread.counts)
    ]
    step = _step(highest)
    lines = [
        Line(count, _per_cent(100 - 100 * count / top)) for count in range(step, highest + 1, step)
    ]
    return Histogram(bars, lines)


def _step(highest: int) -> int:
    """The smallest round step that gives few enough lines."""
    power = 1
    while True:
        for step in STEPS:
            if highest // (step * power) <= GRID_LINES_MAX:
                return step * power
        power *= 10


def _label(edges: tuple[int, ...], place: int, currency: str) -> str:
    unit = 10 ** exponent(currency)
    low = count_text(edges[place] // unit)
    if place + 1 == len(edges):
        return f"{low}+"
    return f"{low}–{count_text(edges[place + 1] // unit)}"


def _per_cent(value: float) -> str:
    """Digits that no locale changes."""
    return f"{value:.2f}%"
