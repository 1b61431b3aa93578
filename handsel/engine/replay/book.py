"""Agreement versions of many partnerships, for questions about many moments at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handsel.engine.agreements import AgreementVersion, in_force
from handsel.engine.attribution import CreditRules
from handsel.engine.replay.history import Column, Ints, microseconds
from handsel.engine.terms import Terms

DAY_US = 86_400_000_000
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
    names = list(dict.fromkeys(version.agreement for version in entries))
    terms = _Distinct()
    rules = _Distinct()
    terms_of = [terms.number(version.terms) for version in entries]
    rules_of = [rules.number(CreditRules.of(one.terms.attribution)) for one in entries]
    days = [version.terms.attribution.lifetime_days for version in entries]
    cuts, keys, segments = _segments(entries, numbers)
    return Book(
        versions=entries,
        names=names,
        terms=terms.values,
        rules=rules.values,
        agreement=_numbered(entries, names),
        partnership=_ints(numbers[version.partnership] for version in entries),
        terms_of=_ints(terms_of),
        rules_of=_ints(rules_of),
        window_us=_ints(one.terms.attribution.window_days * DAY_US for one in entries),
        lifetime_us=_ints(FOR_EVER if one is None else one * DAY_US for one in days),
        tail_until=_ints(
            FOR_EVER if one.tail_until is None else microseconds(one.tail_until) for one in entries
        ),
        better_at_once=np.array([one.terms.attribution.better_at_once for one in entries], bool),
        aliases=aliases or {},
        _cuts=cuts,
        _keys=keys,
        _entries=segments,
    )


class _Distinct:
    """Equal values under one number."""

    def __init__(self) -> None:
        self.values: list = []  # type: ignore[type-arg]
        self._numbers: dict[object, int] = {}

    def number(self, value: object) -> int:
        known = self._numbers.setdefault(value, len(self.values))
        if known == len(self.values):
            self.values.append(value)
        return known


def _numbered(entries: Sequence[AgreementVersion], names: Sequence[str]) -> Ints:
    numbers = {name: number for number, name in enumerate(names)}
    return _ints(numbers[version.agreement] for version in entries)


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
        mine = [entries[place] for place in places]
        place_of = {id(version): place for place, version in zip(places, mine, strict=True)}
        moments = {version.valid_from for version in mine}
        moments |= {version.valid_until for version in mine if version.valid_until is not None}
        for at in sorted(moments):
            version = in_force(mine, mine[0].partnership, at)
            found.append((number, microseconds(at), place_of[id(version)] if version else -1))
    cuts = np.unique(_ints(at for _, at, _ in found))
    width = len(cuts) + 1
    ranks = np.searchsorted(cuts, _ints(at for _, at, _ in found), "right")
    keys = _ints(number for number, _, _ in found) * width + ranks
    return cuts, keys, _ints(entry for _, _, entry in found)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
