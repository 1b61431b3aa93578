"""Tiers as a line of steps, and an example that says how they are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from handsel.drafts.form.scope import Scope
from handsel.engine.earning.tiers import Band, marginal_ppm, rate_at
from handsel.engine.money import PPM, round_half_away
from handsel.ui.figures import count_text, money_text, rate_text

WIDTH, HEIGHT, ROOM = 320, 88, 20


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    rate: str


@dataclass(frozen=True)
class Picture:
    line: str
    area: str
    marks: Sequence[Mark]
    said: str
    example: str


def picture(tiers: Mapping[str, Any], scope: Scope) -> Picture | None:
    """None while a figure is missing."""
    rule = scope.above[-1] if scope.above else {}
    table = _table(rule, tiers)
    if table is None:
        return None
    line, marks = _drawn(table)
    return Picture(
        line=line,
        area=f"{line}V{HEIGHT}H0Z",
        marks=marks,
        said=_said(table, tiers, scope.currency),
        example=_example(table, tiers, scope.currency),
    )


def _table(rule: Mapping[str, Any], tiers: Mapping[str, Any]) -> list[Band] | None:
    steps = tiers.get("steps") or []
    figures = [(0, rule.get("rate_ppm")), *((s.get("start"), s.get("rate_ppm")) for s in steps)]
    known = all(type(number) is int and number >= 0 for pair in figures for number in pair)
    if not known or len(figures) < 2 or figures[-1][0] <= 0:
        return None
    return sorted(Band(start, rate) for start, rate in figures)


def _drawn(table: Sequence[Band]) -> tuple[str, list[Mark]]:
    far, high = table[-1].start * 5 // 4 or 1, max(band.rate_ppm for band in table) or 1
    marks, path = [], ""
    for band in table:
        x = band.start * WIDTH // far
        y = HEIGHT - band.rate_ppm * (HEIGHT - ROOM) // high
        path += f"{'H' if path else 'M'}{x}" + (f"V{y}" if path else f",{y}")
        marks.append(Mark(x + 3, y - 5, rate_text(band.rate_ppm)))
    return f"{path}H{WIDTH}", marks


def _said(table: Sequence[Band], tiers: Mapping[str, Any], currency: str) -> str:
    steps = [
        _("%(rate)s from %(start)s on")
        % {"rate": rate_text(band.rate_ppm), "start": _volume(band.start, tiers, currency)}
        for band in table[1:]
    ]
    return _("%(rate)s at first; %(steps)s.") % {
        "rate": rate_text(table[0].rate_ppm),
        "steps": "; ".join(steps),
    }


def _example(table: Sequence[Band], tiers: Mapping[str, Any], currency: str) -> str:
    """Half again as much as the highest step asks for, counted."""
    volume = table[-1].start * 3 // 2 or 1
    shown = {"volume": _volume(volume, tiers, currency), "rate": rate_text(rate_at(table, volume))}
    whole = tiers.get("mode") == "retroactive"
    if tiers.get("measure") == "orders":
        if whole:
            return _("With %(volume)s, all of them are paid %(rate)s.") % shown
        return _("Of %(volume)s the last is paid %(rate)s, those before keep their rates.") % shown
    ppm = volume * rate_at(table, volume) if whole else marginal_ppm(table, volume)
    shown["amount"] = money_text(round_half_away(ppm, PPM), currency)
    if whole:
        return _("%(volume)s earn %(amount)s: all of it is paid %(rate)s.") % shown
    return _("%(volume)s earn %(amount)s: each rate pays its own part.") % shown


def _volume(volume: int, tiers: Mapping[str, Any], currency: str) -> str:
    if tiers.get("measure") == "orders":
        return _("%(number)s orders") % {"number": count_text(volume)}
    return money_text(volume, currency)
