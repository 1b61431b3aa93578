"""The bars over the days of a month, as figures for an SVG that needs no script."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import gettext as _

from handsel.ui.figures import money_text
from handsel.ui.locales import reader_locale

# Of the place each day has, what its bar fills; the rest parts it from its neighbour.
FILL = 0.73
# Per cent of the height: a day that is still to come, and one that brought nothing.
REST, NOTHING = 8, 2
# Words at the foot that would run into today's are left out.
TODAY_ROOM = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """All but `kind` are per cent of the drawing, spelled as SVG wants them in any language."""

    x: str
    width: str
    y: str
    height: str
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MonthBars:
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    finding: str


def month_bars(days_minor: Sequence[int], currency: str, today: date) -> MonthBars:
    """`days_minor` has the days from the first to today."""
    length = monthrange(today.year, today.month)[1]
    best_minor = max(days_minor, default=0)
    slot = 100 / length
    bars = [
        Bar(
            x=_percent(place * slot),
            width=_percent(slot * FILL),
            **_height(days_minor, place, best_minor),
        )
        for place in range(length)
    ]
    first = today.replace(day=1)
    finding = _("Earnings per day from %(first)s to %(last)s; the best day brought %(amount)s.") % {
        "first": _day(first),
        "last": _day(today),
        "amount": money_text(best_minor, currency),
    }
    return MonthBars(tuple(bars), _labels(first, today, length, slot), finding)


def month_name(day: date) -> str:
    """The month alone, as it stands in a calendar's head: `October`, `październik`."""
    return format_date(day, "LLLL", locale=reader_locale())


def same_days_before(today: date) -> str:
    """The days of the month before that are compared with this one's so far: `1–14 Sep`."""
    last = today.replace(day=1) - timedelta(days=1)
    until = last.replace(day=min(today.day, last.day))
    return format_interval(last.replace(day=1), until, "MMMd", locale=reader_locale())


def _height(days_minor: Sequence[int], place: int, best_minor: int) -> dict[str, str]:
    """A day that brought anything is as high at least as one that is still to come."""
    if place >= len(days_minor):
        return {"y": _percent(100 - REST), "height": _percent(REST), "kind": "rest"}
    if not days_minor[place]:
        return {"y": _percent(100 - NOTHING), "height": _percent(NOTHING), "kind": "rest"}
    height = max(100 * days_minor[place] / best_minor, REST)
    kind = "fill-b now" if place == len(days_minor) - 1 else "fill-b"
    return {"y": _percent(100 - height), "height": _percent(height), "kind": kind}


def _labels(first: date, today: date, length: int, slot: float) -> tuple[Label, ...]:
    labels = [Label(_percent((today.day - 1 + FILL / 2) * slot), _("today"), "mid")]
    if today.day > TODAY_ROOM:
        labels.insert(0, Label("0%", _day(first), ""))
    if length - today.day >= TODAY_ROOM:
        labels.append(Label("100%", str(length), "tail"))
    return tuple(labels)


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _day(day: date) -> str:
    return format_skeleton("MMMd", day, locale=reader_locale())
