"""Agreement versions of many partnerships, for questions about many moments at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution import CreditRules
from handsel.engine.replay.history import Column, Ints, microseconds
from handsel.engine.terms import Terms

DAY_US = 86_400_000_000
T = TypeVar("T")
FOR_EVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Book:
    """`versions` has one entry for each interval; `agreement` numbers the versions themselves, and
    `terms_of` the different terms among them. Per entry: window, tail, whether better at once."""

    versions: Sequence[AgreementVersion]
    names: Sequence[str]
    terms: Sequence[Terms]
    rules: Sequence[CreditRules]
    agreement: Ints
    partnership: Ints
    terms_of: Ints
    rules_of: Ints
    window_us: Ints
    lifetime_us: Ints
    tail_until: Ints
    better_at_once: Column
    aliases: Mapping[str, str]
    _cuts: Ints
    _keys: Ints
    _entries: Ints

    def at(self, partnerships: Column, moments: Column) -> Ints:
        """The entry in force for each partnership at its moment, -1 where there is none."""
        if not len(self._keys):
            return np.full(len(moments), -1)
        rank = np.searchsorted(self._cuts, moments, "right")
        width = len(self._cuts) + 1
        wanted = partnerships.astype(np.int64) * width + rank
        found = np.searchsorted(self._keys, wanted, "right") - 1
        same = (found >= 0) & (self._keys[found] // width == partnerships)
        return np.where(same, self._entries[found], -1)

    def number_of(self, agreement: str | None) -> int:
        return self.names.index(agreement) if agreement in self.names else -1

    def decides(self) -> tuple[object, ...]:
        """All that credit depends on: books that are equal in it give the same credits."""
        columns = [
            self.partnership,
            self.rules_of,
            self.window_us,
            self.lifetime_us,
            self.tail_until,
            self.better_at_once,
            self._cuts,
            self._keys,
            self._entries,
        ]
        if self.better_at_once.any():
            columns.append(self.agreement)
        skus = tuple(terms.attribution.owned_skus for terms in self.terms)
        owned = (skus, self.terms_of.tobytes()) if any(skus) else ()
        return (*(one.tobytes() for one in columns), tuple(self.rules), owned)

    def bound(self, partnership: int, agreement: str) -> int:
        """The first entry of a version that something is bound to; -1 where it is not known."""
        agreement = self.aliases.get(agreement, agreement)
        for place, version in enumerate(self.versions):
            if version.agreement == agreement and self.partnership[place] == partnership:
                return place
        return -1


def book_of(
    versions: Iterable[AgreementVersion],
    partnerships: Sequence[str],
    aliases: Mapping[str, str] | None = None,
) -> Book:
    """Of those partnerships that the history knows. `aliases`: under which name a version that
    something is bound to stands here."""
    numbers = {name: number for number, name in enumerate(partnerships)}
    entries = [version for version in versions if version.partnership in numbers]
    terms, terms_of = _distinct([version.terms for version in entries])
    rules, rules_of = _distinct([CreditRules.of(one.attribution) for one in terms])
    days = [one.attribution.lifetime_days for one in terms]
    windows = _ints(one.attribution.window_days * DAY_US for one in terms)
    lifetimes = _ints(FOR_EVER if one is None else one * DAY_US for one in days)
    better = np.array([one.attribution.better_at_once for one in terms], bool)
    agreements = {version.agreement: None for version in entries}
    number_of = {name: number for number, name in enumerate(agreements)}
    cuts, keys, segments = _segments(entries, numbers)
    return Book(
        versions=entries,
        names=list(agreements),
        terms=terms,
        rules=rules,
        agreement=_ints(number_of[version.agreement] for version in entries),
        partnership=_ints(numbers[version.partnership] for version in entries),
        terms_of=terms_of,
        rules_of=rules_of[terms_of],
        window_us=windows[terms_of],
        lifetime_us=lifetimes[terms_of],
        tail_until=_ints(
            FOR_EVER if one.tail_until is None else microseconds(one.tail_until) for one in entries
        ),
        better_at_once=better[terms_of],
        aliases=aliases or {},
        _cuts=cuts,
        _keys=keys,
        _entries=segments,
    )


def _distinct(values: Sequence[T]) -> tuple[list[T], Ints]:
    """Equal values once, and the number of each. One object is looked at once: terms are long."""
    found: dict[T, int] = {}
    seen: dict[int, int] = {}
    numbers = []
    for value in values:
        number = seen.get(id(value))
        if number is None:
            number = seen[id(value)] = found.setdefault(value, len(found))
        numbers.append(number)
    return list(found), _ints(numbers)


def _segments(
    entries: Sequence[AgreementVersion], numbers: dict[str, int]
) -> tuple[Ints, Ints, Ints]:
    """Stretches of time in which the same entry is in force, for `Book.at`."""
    by_partnership: dict[int, list[int]] = {}
    for place, version in enumerate(entries):
        by_partnership.setdefault(numbers[version.partnership], []).append(place)
    found: list[tuple[int, int, int]] = []
    for number in sorted(by_partnership):
        places = by_partnership[number]
        if len(places) == 1:
            found += _one_segment(entries[places[0]], number, places[0])
            continue
        mine = [entries[place] for place in places]
        place_of = {id(version): place for place, version in zip(places, mine, strict=True)}
        moments = {version.valid_from for version in mine}
        moments |= {version.valid_until for version in mine if version.valid_until is not None}
        for at in sorted(moments):
            current = in_force(mine, mine[0].partnership, at)
            found.append((number, microseconds(at), place_of[id(current)] if current else -1))
    cuts = np.unique(_ints(at for _, at, _ in found))
    width = len(cuts) + 1
    ranks = np.searchsorted(cuts, _ints(at for _, at, _ in found), "right")
    keys = _ints(number for number, _, _ in found) * width + ranks
    return cuts, keys, _ints(entry for _, _, entry in found)


def _one_segment(
    version: AgreementVersion, number: int, place: int
) -> Iterator[tuple[int, int, int]]:
    yield number, microseconds(version.valid_from), place
    if version.valid_until is not None:
        yield number, microseconds(version.valid_until), -1


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
