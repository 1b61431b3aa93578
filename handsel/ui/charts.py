"""What a chart shows, as data; static/ui/js/charts.js draws it.

A chart says meaning, not looks: whose hand a line is, its unit, what happened when. Two units
are two charts; there is never a second axis.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from handsel.engine.money import exponent

Hand = Literal["brand", "partner", "third", "fourth", "fifth", "before"]
# Two drawings over the same days, one above the other: their edges and days meet.
Pair = Literal["", "upper", "lower"]


@dataclass(frozen=True)
class Series:
    """One line or row of bars; `before` is the dashed earlier period. None leaves a gap."""

    name: str
    values: tuple[int | None, ...]
    hand: Hand = "brand"


@dataclass(frozen=True)
class Mark:
    """Something that happened: a dashed line at one of the chart's labels, named or not."""

    at: str
    label: str


@dataclass(frozen=True)
class Era:
    """What was in force from one of the chart's labels to another: a band above the drawing, under
    its `short` name where the whole one has no room."""

    first: str
    last: str
    label: str
    short: str = ""


@dataclass(frozen=True)
class Unit:
    """How values read: of a currency (minor units), as ppm, or plain counts."""

    currency: str = ""
    percent: bool = False
    digits: int = 0

    @classmethod
    def money(cls, currency: str) -> "Unit":
        return cls(currency=currency, digits=exponent(currency))

    @classmethod
    def ppm(cls) -> "Unit":
        return cls(percent=True, digits=6)


def chart(
    kind: Literal["line", "bar"],
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    marks: Sequence[Mark] = (),
    *,
    eras: Sequence[Era] = (),
    pair: Pair = "",
    peak: bool = False,
    unfinished: bool = False,
) -> dict[str, Any]:
    """The value for `{% include "ui/_chart.html" with chart=… %}`.

    Labels are written out already (`16 Oct`), and distinct. `peak` puts a dot on the highest
    value of the first series; `unfinished` draws the last bars faintly, as of a month that goes
    on. Raises ValueError when a series does not have one value per label or a mark or era stands
    at no label.
    """
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("Every series has one value per label.")
    places = {mark.at for mark in marks} | {end for era in eras for end in (era.first, era.last)}
    if not places <= set(labels):
        raise ValueError("A mark stands at one of the labels.")
    return {
        "kind": kind,
        "labels": list(labels),
        "series": [asdict(one) for one in series],
        "unit": asdict(unit),
        "marks": [asdict(mark) for mark in marks],
        "eras": [asdict(era) for era in eras],
        "pair": pair,
        "peak": peak,
        "unfinished": unfinished,
    }
