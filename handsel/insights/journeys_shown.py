"""The report of journeys in words and places, as the console's page shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from handsel.engine.attribution import OWN_CHANNEL
from handsel.engine.journeys import MODELS, Model, Overlap, Share
from handsel.insights.journeys import KIND, JourneyReport
from handsel.partnerships.models import Partnership
from handsel.ui.charts import Hand, Series, Unit, chart
from handsel.ui.tables import Cell, csv_response

MODEL_NAMES: dict[Model, Promise] = {
    "first": gettext_lazy("First"),
    "last": gettext_lazy("Last"),
    "linear": gettext_lazy("Linear"),
    "shapley": gettext_lazy("Shapley"),
    "markov": gettext_lazy("Markov"),
}
CHARTED = 6
# What has room under a bar.
LABEL_MAX = 18
PAIRS_MAX = 25
# Below this a difference between first and last is nothing to speak of.
TELLING = 0.03


@dataclass(frozen=True, slots=True)
class Channel:
    """A partner, all partners of a kind, or the brand's own; only the first has a page."""

    name: str
    partnership_id: str = ""


@dataclass(frozen=True, slots=True)
class ShareShown:
    share_ppm: int
    low_ppm: int
    high_ppm: int

    @property
    def is_sure(self) -> bool:
        return self.low_ppm == self.high_ppm


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What each model, in the order of `MODEL_NAMES`, gives a channel."""

    channel: Channel
    orders: int
    shares: Sequence[ShareShown]


@dataclass(frozen=True, slots=True)
class PairRow:
    one: Channel
    other: Channel
    pair: Overlap
    one_before: str
    other_before: str


@dataclass(frozen=True, slots=True)
class JourneysShown:
    report: JourneyReport
    models: Sequence[Promise]
    rows: Sequence[ModelRow]
    pairs: Sequence[PairRow]
    against_own: Sequence[PairRow]
    finding: str
    drawing: Mapping[str, Any]

    @property
    def together_ppm(self) -> int:
        return round(self.report.together * 1000 / max(self.report.orders, 1)) * 1000

    @property
    def more_pairs(self) -> int:
        return len(self.report.pairs) - len(self.pairs)


def journeys_shown(report: JourneyReport, names: Mapping[str, str]) -> JourneysShown:
    """`names` are those of the partners, by partnership."""
    rows = _model_rows(report, names)
    return JourneysShown(
        report=report,
        models=list(MODEL_NAMES.values()),
        rows=rows,
        pairs=[_pair(pair, names) for pair in report.pairs[:PAIRS_MAX]],
        against_own=[_pair(pair, names) for pair in report.against_own[:PAIRS_MAX]],
        finding=_finding(rows),
        drawing=_drawing(rows),
    )


def journeys_table(report: JourneyReport, names: Mapping[str, str], *, name: str) -> HttpResponse:
    """A row for each channel and model, shares in percent."""
    columns = [
        _("Channel"),
        _("Partnership"),
        _("Orders it had a part in"),
        _("Model"),
        _("Share, %"),
        _("Likely from, %"),
        _("Likely to, %"),
    ]
    return csv_response(name, columns, _table_rows(report, names))


def pairs_table(report: JourneyReport, names: Mapping[str, str], *, name: str) -> HttpResponse:
    """A row for each pair, the brand's own channels included."""
    columns = [
        _("One"),
        pgettext("of a pair", "Other"),
        _("Orders"),
        _("One came first"),
        _("One was credited"),
        _("Other was credited"),
        _("Both were credited"),
        _("Neither was credited"),
    ]
    rows: Iterator[list[Cell]] = (
        [
            _channel(pair.one, names).name,
            _channel(pair.other, names).name,
            pair.orders,
            pair.one_first,
            pair.one_won,
            pair.other_won,
            pair.shared,
            pair.neither_won,
        ]
        for pair in (*report.pairs, *report.against_own)
    )
    return csv_response(name, columns, rows)


def _model_rows(report: JourneyReport, names: Mapping[str, str]) -> list[ModelRow]:
    """Those with the most orders first."""
    by_channel: dict[str, dict[Model, Share]] = {}
    for model in MODELS:
        for share in report.shares[model]:
            by_channel.setdefault(share.channel, {})[model] = share
    ranked = sorted(by_channel, key=lambda key: (-report.orders_through[key], key))
    return [
        ModelRow(
            channel=_channel(key, names),
            orders=report.orders_through[key],
            shares=[_share(by_channel[key][model]) for model in MODEL_NAMES],
        )
        for key in ranked
        if report.orders_through[key]
    ]


def _share(share: Share) -> ShareShown:
    return ShareShown(_ppm(share.share), _ppm(share.low), _ppm(share.high))


def _ppm(share: float) -> int:
    """To a tenth of a percent: the ranges are wider than that."""
    return round(share * 1000) * 1000


def _channel(key: str, names: Mapping[str, str]) -> Channel:
    if key == OWN_CHANNEL:
        return Channel(_("Your own advertising and mail"))
    if key.startswith(KIND):
        kind = Partnership.Kind(key.removeprefix(KIND)).label
        return Channel(_("Other partners: %(kind)s") % {"kind": kind})
    return Channel(names[key], key)


def _pair(pair: Overlap, names: Mapping[str, str]) -> PairRow:
    return PairRow(
        one=_channel(pair.one, names),
        other=_channel(pair.other, names),
        pair=pair,
        one_before=_how_late(pair.one_before),
        other_before=_how_late(pair.other_before),
    )


def _how_late(before: timedelta | None) -> str:
    """How long before the order, in the largest unit of which there is one; empty for never."""
    if before is None:
        return ""
    minutes = max(int(before.total_seconds()) // 60, 0)
    days, hours = minutes // 1440, minutes // 60
    if days:
        text = ngettext("%(n)d day before", "%(n)d days before", days)
        return text % {"n": days}
    if hours:
        text = ngettext("%(n)d hour before", "%(n)d hours before", hours)
        return text % {"n": hours}
    if minutes:
        text = ngettext("%(n)d minute before", "%(n)d minutes before", minutes)
        return text % {"n": minutes}
    return _("with the order")


def _finding(rows: Sequence[ModelRow]) -> str:
    """What the drawing says, in one sentence: who begins more orders than it ends."""
    first, last = (list(MODEL_NAMES).index(model) for model in ("first", "last"))

    def gap(row: ModelRow) -> int:
        return row.shares[first].share_ppm - row.shares[last].share_ppm

    widest = max(rows, key=gap, default=None)
    if widest is None or gap(widest) < TELLING * 1_000_000:
        return _("Whoever begins the journeys also ends them: the models differ little.")
    return _("%(name)s begins more orders than it ends.") % {"name": widest.channel.name}


def _drawing(rows: Sequence[ModelRow]) -> Mapping[str, Any]:
    """First, last and Markov, for those with the most orders."""
    charted = rows[:CHARTED]
    hands: dict[Model, Hand] = {"first": "partner", "last": "brand", "markov": "third"}
    places = list(MODEL_NAMES)
    series = [
        Series(
            str(MODEL_NAMES[model]),
            tuple(row.shares[places.index(model)].share_ppm for row in charted),
            hand,
        )
        for model, hand in hands.items()
    ]
    return chart("bar", _labels([row.channel.name for row in charted]), series, Unit.ppm())


def _labels(names: Sequence[str]) -> list[str]:
    """Names that have room and are told apart: the middle is left out, not the end.

    >>> _labels(["Ben", "The Cosy Corner No. 1", "The Cosy Corner No. 2", "Ben"])
    ['Ben', 'The Cosy…er No. 1', 'The Cosy…er No. 2', 'Ben 2']
    """
    labels: list[str] = []
    for name in names:
        short = name if len(name) <= LABEL_MAX else f"{name[:8].rstrip()}…{name[-8:].lstrip()}"
        again = sum(label == short or label.startswith(f"{short} ") for label in labels)
        labels.append(f"{short} {again + 1}" if again else short)
    return labels


def _table_rows(report: JourneyReport, names: Mapping[str, str]) -> Iterator[list[Cell]]:
    for row in _model_rows(report, names):
        for model, share in zip(MODEL_NAMES.values(), row.shares, strict=True):
            yield [
                row.channel.name,
                row.channel.partnership_id,
                row.orders,
                str(model),
                *(_percent(ppm) for ppm in (share.share_ppm, share.low_ppm, share.high_ppm)),
            ]


def _percent(ppm: int) -> Decimal:
    """
    >>> _percent(233_000)
    Decimal('23.3')
    """
    return Decimal(ppm // 1000).scaleb(-1)
