"""A replay as pages and tables show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.engine.replay import Change, Comparison
from handsel.insights.replay import Replayed
from handsel.ui.charts import Series, Unit, chart
from handsel.ui.figures import money_text
from handsel.ui.moments import month_text
from handsel.ui.tables import Cell

PARTNERS_MAX = 25


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """`is_mine`: it is one of those whose terms were tried."""

    name: str
    partnership_id: str
    change: Change
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ReplayShown:
    replayed: Replayed
    finding: str
    sure: str
    rows: Sequence[PartnerRow]
    more: int
    drawing: Mapping[str, Any]

    @property
    def comparison(self) -> Comparison:
        return self.replayed.comparison

    @property
    def last_day(self) -> datetime:
        """A moment of the last day that is in it."""
        return self.comparison.until - timedelta(seconds=1)

    @property
    def won(self) -> int:
        return sum(one.won for one in self.comparison.partners)

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.comparison.partners)


def replay_shown(replayed: Replayed, names: Mapping[str, str], *, own: bool = False) -> ReplayShown:
    """`own`: for the partner whose figures these are."""
    found = replayed.comparison
    rows = [
        PartnerRow(names.get(one.partnership, ""), one.partnership, one, one[0] in replayed.mine)
        for one in found.partners
        if one.change_minor or one.won or one.lost
    ]
    return ReplayShown(
        replayed=replayed,
        finding=_finding(found, own=own),
        sure=_sure(found),
        rows=rows[:PARTNERS_MAX],
        more=max(len(rows) - PARTNERS_MAX, 0),
        drawing=_drawing(found),
    )


def table_rows(found: Comparison, names: Mapping[str, str]) -> Iterator[list[Cell]]:
    """For files: one row for each partner, amounts in minor units."""
    yield [
        "partnership",
        "partner",
        "currency",
        "now_minor",
        "then_minor",
        "change_minor",
        "orders_now",
        "orders_then",
        "won",
        "lost",
    ]
    for one in found.partners:
        yield [
            one.partnership,
            names.get(one.partnership, ""),
            found.currency,
            one.now_minor,
            one.then_minor,
            one.change_minor,
            one.orders_now,
            one.orders_then,
            one.won,
            one.lost,
        ]


def _finding(found: Comparison, *, own: bool) -> str:
    blanks = {
        "now": money_text(found.now_minor, found.currency),
        "then": money_text(found.then_minor, found.currency),
        "change": money_text(abs(found.change_minor), found.currency),
    }
    if found.change_minor == 0:
        same = _("Nothing would have changed: %(now)s either way.")
        return same % blanks
    more = found.change_minor > 0
    if own:
        text = (
            _("You would have earned %(change)s more: %(then)s instead of %(now)s.")
            if more
            else _("You would have earned %(change)s less: %(then)s instead of %(now)s.")
        )
    else:
        text = (
            _("It would have cost %(change)s more: %(then)s instead of %(now)s.")
            if more
            else _("It would have cost %(change)s less: %(then)s instead of %(now)s.")
        )
    return text % blanks


def _sure(found: Comparison) -> str:
    """How sure the change is, from draws of blocks of months."""
    if found.band is None:
        return ""
    months = len(found.months)
    text = ngettext(
        "In nine of ten draws of %(months)d month from these, the change lies between %(low)s and"
        " %(high)s.",
        "In nine of ten draws of %(months)d months from these, the change lies between %(low)s and"
        " %(high)s.",
        months,
    )
    return text % {
        "months": months,
        "low": money_text(found.band.low_minor, found.currency),
        "high": money_text(found.band.high_minor, found.currency),
    }


def _drawing(found: Comparison) -> Mapping[str, Any]:
    return chart(
        "bar",
        [month_text(one.first) for one in found.months],
        [
            Series(_("As agreed"), tuple(one.now_minor for one in found.months), "before"),
            Series(_("Under these terms"), tuple(one.then_minor for one in found.months)),
        ],
        Unit.money(found.currency),
    )
