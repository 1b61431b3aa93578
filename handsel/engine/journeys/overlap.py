"""Who meets whom on the way to an order: pairs that touch the same orders, and who gets them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from handsel.engine.attribution import OWN_CHANNEL


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody's touch of an order: a partnership's, or OWN_CHANNEL's."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """What touched an order and counted, and who was credited."""

    order: str
    ordered_at: datetime
    seen: tuple[Seen, ...]
    credited: frozenset[str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two who touched the same orders. Of `orders`: `one_first` began with the one; `one_won` and
    `other_won` went to one of the two alone, `shared` to both, the rest to neither. `one_before`
    is how long before the order the one's last touch was where it won, the middle of all; None
    where it never did."""

    one: str
    other: str
    orders: int
    one_first: int
    one_won: int
    other_won: int
    shared: int
    one_before: timedelta | None
    other_before: timedelta | None

    @property
    def neither_won(self) -> int:
        return self.orders - self.one_won - self.other_won - self.shared


def overlaps(journeys: Iterable[Journey]) -> list[Overlap]:
    """Pairs by the number of orders they have in common, the most first."""
    common: dict[tuple[str, str], list[Journey]] = defaultdict(list)
    for journey in journeys:
        for one, other in combinations(sorted({touch.who for touch in journey.seen}), 2):
            common[one, other].append(journey)
    found = [_overlap(one, other, both) for (one, other), both in common.items()]
    return sorted(found, key=lambda pair: (-pair.orders, pair.one, pair.other))


def conflicts(pairs: Iterable[Overlap]) -> list[Overlap]:
    """Partners against the brand's own advertising and mail; the brand is always the one."""
    return [
        pair if pair.one == OWN_CHANNEL else _turned(pair)
        for pair in pairs
        if OWN_CHANNEL in (pair.one, pair.other)
    ]


def _overlap(one: str, other: str, journeys: list[Journey]) -> Overlap:
    begins = [_first_of(journey, one) <= _first_of(journey, other) for journey in journeys]
    won_by_one = [journey for journey in journeys if _won(journey, one, other)]
    won_by_other = [journey for journey in journeys if _won(journey, other, one)]
    shared = sum({one, other} <= journey.credited for journey in journeys)
    return Overlap(
        one=one,
        other=other,
        orders=len(journeys),
        one_first=sum(begins),
        one_won=len(won_by_one),
        other_won=len(won_by_other),
        shared=shared,
        one_before=_before(won_by_one, one),
        other_before=_before(won_by_other, other),
    )


def _turned(pair: Overlap) -> Overlap:
    return Overlap(
        one=pair.other,
        other=pair.one,
        orders=pair.orders,
        one_first=pair.orders - pair.one_first,
        one_won=pair.other_won,
        other_won=pair.one_won,
        shared=pair.shared,
        one_before=pair.other_before,
        other_before=pair.one_before,
    )


def _won(journey: Journey, one: str, other: str) -> bool:
    return one in journey.credited and other not in journey.credited


def _first_of(journey: Journey, who: str) -> datetime:
    return min(touch.at for touch in journey.seen if touch.who == who)


def _before(won: list[Journey], who: str) -> timedelta | None:
    """The middle of how long before the order the winner's last touch was."""
    seconds = [
        (
            journey.ordered_at - max(touch.at for touch in journey.seen if touch.who == who)
        ).total_seconds()
        for journey in won
    ]
    return timedelta(seconds=round(median(seconds))) if seconds else None
