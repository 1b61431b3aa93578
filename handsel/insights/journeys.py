"""Who works together: the journeys that led to a program's orders, read by several models.

For reports only. A journey has what counted for an order: clicks, codes and the brand's own
channels, not what was filtered or came too early. We do not follow visitors from click to click,
so a click that led to no order is a journey of one step that ended in nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from django.db.models import BigIntegerField, Func, Sum

from handsel.clicks.models import ClickTotal
from handsel.clock import now
from handsel.conversions.models import Conversion, Touch
from handsel.engine.attribution import OWN_CHANNEL, Ineligible
from handsel.engine.journeys import (
    Journey,
    Model,
    Overlap,
    Path,
    Seen,
    Share,
    conflicts,
    conversions_through,
    lumped,
    overlaps,
    shares_of,
)
from handsel.environment import environment
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.querysets import ActsFor

DAYS = 90
# More orders than these make a report no surer, only slower.
ORDERS_MAX = 10_000
# Fewer orders than these say little of one partner: it is counted with its kind.
ORDERS_LEAST = 30
NAMED_MAX = 15
# A channel of this name stands for all partners of a kind.
KIND = "kind:"


class _Milliseconds(Func):
    """A moment as a number: a hundred thousand texts of moments take seconds to read."""

    template = "(extract(epoch FROM %(expressions)s) * 1000)::bigint"
    output_field = BigIntegerField()


@dataclass(frozen=True, slots=True)
class JourneyReport:
    """Of orders since a day (UTC), at most ORDERS_MAX, the latest. `together` of them were touched
    by more than one partner or by the brand's own channels as well. `orders_through` counts the
    orders a channel had any part in. Channels are partnerships, kinds of partners ("kind:coupon")
    and OWN_CHANNEL."""

    since: datetime
    orders: int
    is_cut: bool
    together: int
    shares: Mapping[Model, Sequence[Share]]
    orders_through: Mapping[str, int]
    pairs: Sequence[Overlap]
    against_own: Sequence[Overlap]


def journeys_lately(program: Program, reader: ActsFor, *, days: int = DAYS) -> JourneyReport:
    """Of the last days, today included, as far back as clicks are kept."""
    first = now().astimezone(UTC) - timedelta(days=min(days, environment().click_days_kept) - 1)
    since = first.replace(hour=0, minute=0, second=0, microsecond=0)
    journeys, is_cut = _journeys(program, reader, since)
    kinds = dict(
        Partnership.objects.visible_to(reader).filter(program=program).values_list("pk", "kind")
    )
    paths = lumped(
        [*_converted(journeys), *_unsold(program, reader, since, journeys)],
        lambda channel: KIND + kinds[channel] if channel in kinds else channel,
        least=ORDERS_LEAST,
        most=NAMED_MAX,
    )
    pairs = overlaps(journeys)
    return JourneyReport(
        since=since,
        orders=len(journeys),
        is_cut=is_cut,
        together=sum(len({touch.who for touch in journey.seen}) > 1 for journey in journeys),
        shares=shares_of(paths),
        orders_through=conversions_through(paths),
        pairs=[pair for pair in pairs if OWN_CHANNEL not in (pair.one, pair.other)],
        against_own=conflicts(pairs),
    )


def _journeys(program: Program, reader: ActsFor, since: datetime) -> tuple[list[Journey], bool]:
    """The latest journeys, and whether there were more."""
    latest = (
        Conversion.objects.visible_to(reader)
        .filter(program=program, occurred_at__gte=since)
        .order_by("-occurred_at", "-pk")
    )
    is_cut = latest[ORDERS_MAX:].exists()
    rows = (
        Touch.objects.visible_to(reader)
        .filter(
            conversion__in=latest.values("pk")[:ORDERS_MAX],
            kind__in=[Touch.Kind.CLICK, Touch.Kind.CODE, Touch.Kind.CHANNEL],
        )
        .exclude(verdict__in=["", *get_args(Ineligible)])
        .order_by("touched_at", "pk")
        .values_list(
            "conversion_id",
            _Milliseconds("conversion__occurred_at"),
            "partnership_id",
            _Milliseconds("touched_at"),
            "verdict",
        )
    )
    seen: dict[str, list[Seen]] = defaultdict(list)
    credited: dict[str, set[str]] = defaultdict(set)
    ordered: dict[str, datetime] = {}
    for order, ordered_ms, partnership, at_ms, verdict in rows.iterator():
        who = partnership or OWN_CHANNEL
        ordered[order] = datetime.fromtimestamp(ordered_ms / 1000, UTC)
        seen[order].append(Seen(who, datetime.fromtimestamp(at_ms / 1000, UTC)))
        if verdict == "credited":
            credited[order].add(who)
    return [
        Journey(order, at, tuple(seen[order]), frozenset(credited[order]))
        for order, at in ordered.items()
    ], is_cut


def _converted(journeys: Iterable[Journey]) -> Iterable[Path]:
    """One path for each order; a partner's touches in a row are one step."""
    for journey in journeys:
        way: list[str] = []
        for touch in journey.seen:
            if not way or way[-1] != touch.who:
                way.append(touch.who)
        yield Path(tuple(way), 1)


def _unsold(
    program: Program, reader: ActsFor, since: datetime, journeys: Iterable[Journey]
) -> Iterable[Path]:
    """Clicks that led to no order, as far as they are not part of one's journey."""
    clicks = (
        ClickTotal.objects.visible_to(reader)
        .filter(program_id=program.pk, day__gte=since.date())
        .values_list("partnership_id")
        .annotate(sum=Sum("clicks"))
        .order_by("partnership_id")
    )
    sold = Counter(touch.who for journey in journeys for touch in journey.seen)
    for partnership, sum_ in clicks:
        yield Path((partnership,), 0, max(sum_ - sold[partnership], 0))
