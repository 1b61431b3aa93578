"""Who is credited for each order of a history, under the agreements of a book.

The same decisions as `engine.attribution`, for all orders at once. Most orders have clicks only,
and are decided by the last eligible one: from the newest click before the order we walk back until
one is eligible, which is exact for windows that differ by agreement. What has touches of other
kinds, or is shared, is decided on all of its touches; the rest (see `_one_by_one`) by the engine
itself.
"""

from dataclasses import dataclass

import numpy as np

from handsel.engine.attribution import CreditRules, attribute
from handsel.engine.replay.book import DAY_US, FOR_EVER, Book
from handsel.engine.replay.history import (
    CHANNEL,
    CLICK,
    CODE,
    CUSTOMER,
    KINDS,
    LIFETIME,
    MANUAL,
    RENEWAL,
    SKU,
    Bools,
    Column,
    History,
    Ints,
    moment,
)
from handsel.engine.terms import AttributionTerms

NOBODY = -1
_FIXED = (MANUAL, RENEWAL)
_USUAL_WINDOW_US = AttributionTerms().window_days * DAY_US


@dataclass(frozen=True, slots=True)
class Credits:
    """One row for each order and partnership that is credited, by order, and then as
    `Attribution.credits` are.

    `entry` is the version that decides what it earns, `also` a second one (or -1); `click` the
    click whose country, device, source and link are asked about (or -1). `codes` are pairs of
    row key (see `row_key`) and code, of the partners' own eligible codes. `singly`: how many orders
    the engine decided one by one.
    """

    order: Ints
    partnership: Ints
    entry: Ints
    also: Ints
    click: Ints
    weight: Ints
    codes: tuple[Ints, Ints]
    partnerships_total: int
    singly: int = 0

    def __len__(self) -> int:
        return len(self.order)

    def row_key(self) -> Ints:
        return self.order * self.partnerships_total + self.partnership


def credits_of(history: History, book: Book, orders: Ints) -> Credits:
    """The credits of these orders, given by their places in ascending order."""
    plain = orders[history.orders["only_clicks"][orders]]
    last, entry = _last_eligible_clicks(history, book, plain)
    usual = np.array([_is_plain(rules) for rules in book.rules], bool)
    found = last >= 0
    simple = found.copy()
    simple[found] = usual[book.rules_of[entry[found]]]
    direct = _direct(history, book, plain[simple], last[simple], entry[simple])
    rest = np.setdiff1d(orders, plain[simple | ~found], assume_unique=True)
    return _joined(direct, _Journeys(history, book, rest).credits())


def _is_plain(rules: CreditRules) -> bool:
    """Whether, of clicks alone, the last one is credited."""
    return (
        rules.model == "last_click"
        and "click" in rules.precedence
        and rules.stand_down_s == 0
        and rules.introducer_floor_ppm == 0
    )


def _last_eligible_clicks(history: History, book: Book, orders: Ints) -> tuple[Ints, Ints]:
    """For each order its last eligible click and the entry in force at it; -1 where none is."""
    at = history.orders["at"][orders]
    first = history.orders["touch_start"][orders]
    place = _last_before(history.touches["at"], first, history.orders["touch_end"][orders], at)
    last, entries = np.full(len(orders), NOBODY), np.full(len(orders), NOBODY)
    longest_us = int(book.window_us.max(initial=0))
    waiting = np.flatnonzero(place >= first)
    clicked, whose = history.touches["at"], history.touches["partnership"]
    barred = history.touches["barred"]
    while len(waiting):
        here = place[waiting]
        clicked_at = clicked[here]
        age = at[waiting] - clicked_at
        near = age <= longest_us
        waiting, here, clicked_at, age = waiting[near], here[near], clicked_at[near], age[near]
        entry = book.at(whose[here], clicked_at)
        good = (entry >= 0) & ~barred[here]
        good &= age <= book.window_us[entry]
        good &= at[waiting] < book.tail_until[entry]
        done = waiting[good]
        last[done], entries[done] = here[good], entry[good]
        waiting = waiting[~good]
        place[waiting] -= 1
        waiting = waiting[place[waiting] >= first[waiting]]
    return last, entries


def _last_before(moments: Column, first: Ints, end: Ints, at: Ints) -> Ints:
    """In each stretch of ascending moments the last place that is not after a moment; the place
    before the stretch where there is none."""
    low, high = first.copy(), end.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        after = moments[middle] > at[open_]
        high[open_[after]] = middle[after]
        low[open_[~after]] = middle[~after] + 1
        open_ = open_[low[open_] < high[open_]]
    return low - 1


def _direct(history: History, book: Book, orders: Ints, clicks: Ints, entry: Ints) -> Credits:
    whose = history.touches["partnership"][clicks].astype(np.int64)
    none: Ints = np.zeros(0, np.int64)
    return Credits(
        order=orders,
        partnership=whose,
        entry=entry,
        also=_also(book, whose, history.orders["at"][orders], entry),
        click=clicks,
        weight=np.ones(len(orders), np.int64),
        codes=(none, none),
        partnerships_total=len(history.partnerships),
    )


def _also(book: Book, whose: Ints, ordered_at: Ints, entry: Ints) -> Ints:
    """A second version to evaluate: that of the order, where it says "better at once"."""
    if not book.better_at_once.any():
        return np.full(len(entry), NOBODY)
    at_order = book.at(whose, ordered_at)
    differs = (at_order >= 0) & book.better_at_once[at_order]
    differs &= book.agreement[at_order] != book.agreement[entry]
    return np.where(differs, at_order, NOBODY)


def _joined(one: Credits, other: Credits) -> Credits:
    if not len(other):
        return one
    both = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("order", "partnership", "entry", "also", "click", "weight")
    }
    by_order = np.argsort(both["order"], kind="stable")
    return Credits(
        **{name: column[by_order] for name, column in both.items()},
        codes=other.codes,
        partnerships_total=one.partnerships_total,
        singly=other.singly,
    )


class _Journeys:
    """Orders that are decided on all of their touches; one row per order and touch."""

    def __init__(self, history: History, book: Book, orders: Ints) -> None:
        self.history, self.book, self.orders = history, book, orders
        start, end = history.orders["touch_start"][orders], history.orders["touch_end"][orders]
        size = end - start
        self.of = np.repeat(np.arange(len(orders)), size)
        skipped = np.cumsum(size) - size
        self.touch = np.arange(len(self.of)) - np.repeat(skipped - start, size)
        self.kind = history.touches["kind"][self.touch]
        self.whose = history.touches["partnership"][self.touch].astype(np.int64)
        self.at = history.touches["at"][self.touch]
        self.ordered_at = history.orders["at"][orders][self.of]
        self.entry = self._entries()
        self.eligible = self._eligible()

    def credits(self) -> Credits:
        """Decided for all orders, then by the engine where that is not enough."""
        deciding = self._last_of(self.eligible & ((self.kind == CLICK) | (self.kind == CODE)))
        of_any = self._last_of(self.eligible)
        deciding = np.where(deciding >= 0, deciding, of_any)
        decided = deciding >= 0
        rules = np.full(len(self.orders), -1)
        rules[decided] = self.book.rules_of[self.entry[deciding[decided]]]
        self._admit_channels(deciding)
        rank = self._ranks(rules)
        row_rank = rank[self.of]
        pool = self.eligible & (self.kind == row_rank) & (row_rank != CHANNEL)
        complex_ = self._one_by_one(rules, rank, pool)
        pool &= ~complex_[self.of]
        whole = self._whole(pool, rules)
        return self._with_engine(whole, np.flatnonzero(complex_))

    def _entries(self) -> Ints:
        """The version that each touch is judged by."""
        book, touches = self.book, self.history.touches
        moments = np.where(self.kind == CLICK, self.at, self.ordered_at)
        found = book.at(self.whose, moments)
        binds = touches["binds"][self.touch]
        for row in np.flatnonzero(binds):
            found[row] = book.bound(int(self.whose[row]), self.history.names[binds[row]])
        return found

    def _eligible(self) -> Bools:
        """As `attribution.standing` has it, for all kinds but the brand's own channels."""
        kind, entry, book = self.kind, self.entry, self.book
        age = self.ordered_at - self.at
        good: Bools = (entry >= 0) & ~self.history.touches["barred"][self.touch]
        own_time = (kind == CLICK) | (kind == CUSTOMER) | (kind == LIFETIME)
        good &= ~(own_time & (age < 0)) & (kind != CHANNEL)
        if not len(book.versions):
            return good
        good &= ~((kind == CLICK) & (age > book.window_us[entry]))
        ends = (kind == CLICK) | (kind == RENEWAL)
        good &= ~(ends & (self.ordered_at >= book.tail_until[entry]))
        good[kind == LIFETIME] &= self._still_bound(age)[kind == LIFETIME]
        for row in np.flatnonzero(good & (kind == SKU)):
            sku = self.history.names[self.history.touches["reference"][self.touch[row]]]
            terms = book.versions[entry[row]].terms
            good[row] = sku in terms.attribution.owned_skus
        return good

    def _still_bound(self, age: Ints) -> Bools:
        at_first = self.book.at(self.whose, self.at)
        judged_by = np.where(at_first >= 0, at_first, self.entry)
        days_us = self.book.lifetime_us[judged_by]
        found: Bools = (days_us == FOR_EVER) | (age <= days_us)
        return found

    def _admit_channels(self, deciding: Ints) -> None:
        """The window of the version that decides is theirs, too."""
        channels = self.kind == CHANNEL
        if not channels.any():
            return
        window_us = np.full(len(self.orders), _USUAL_WINDOW_US)
        decided = deciding >= 0
        window_us[decided] = self.book.window_us[self.entry[deciding[decided]]]
        age = self.ordered_at - self.at
        near = channels & (age >= 0) & (age <= window_us[self.of])
        self.eligible |= near & ~self.history.touches["barred"][self.touch]

    def _last_of(self, rows: Bools) -> Ints:
        """The last of these rows in each order; -1 where there is none."""
        found = np.full(len(self.orders), NOBODY)
        chosen = np.flatnonzero(rows)
        found[self.of[chosen]] = chosen
        return found

    def _first_of(self, rows: Bools) -> Ints:
        found = np.full(len(self.orders), NOBODY)
        chosen = np.flatnonzero(rows)[::-1]
        found[self.of[chosen]] = chosen
        return found

    def _ranks(self, rules: Ints) -> Ints:
        """The kind of touch that comes first in each order; -1 where nothing is eligible."""
        has = np.zeros((len(KINDS), len(self.orders)), bool)
        has[self.kind[self.eligible], self.of[self.eligible]] = True
        found = np.full(len(self.orders), -1)
        for number, one in enumerate(self.book.rules):
            mine = rules == number
            ranks = (*_FIXED, *(KINDS.index(name) for name in one.precedence))
            for kind in reversed(ranks):
                found[mine & has[kind]] = kind
        return found

    def _one_by_one(self, rules: Ints, rank: Ints, pool: Bools) -> Bools:
        """Orders that several share under a rule that asks for more than counting: a floor for
        introducers, standing down, time decay; and credits by hand or of a subscription that are
        not alone."""
        several = self._several(self.eligible & (self.kind != CHANNEL))
        sharing = self._several(pool)
        found = np.zeros(len(self.orders), bool)
        for number, one in enumerate(self.book.rules):
            mine = rules == number
            if one.introducer_floor_ppm or one.stand_down_s:
                found |= mine & several
            if one.model == "time_decay":
                found |= mine & sharing
        counted = np.bincount(self.of[pool], minlength=len(self.orders))
        found |= np.isin(rank, _FIXED) & (counted > 1)
        return found

    def _several(self, rows: Bools) -> Bools:
        """Orders in which these rows are of more than one partnership."""
        first, of = self._first_of(rows), self.of[rows]
        others = self.whose[rows] != self.whose[first[of]]
        found = np.zeros(len(self.orders), bool)
        found[of[others]] = True
        return found

    def _whole(self, pool: Bools, rules: Ints) -> Credits:
        """Of the pool of each order, the touches that stand for the partnerships credited."""
        models = [one.model for one in self.book.rules]
        model = np.array([*models, ""], dtype=object)[rules]
        fixed = np.zeros(len(self.orders), bool)
        fixed[self.of[pool]] = np.isin(self.kind[pool], _FIXED)
        first, last = self._first_of(pool), self._last_of(pool)
        alone = np.where((model == "first_click") & ~fixed, first, last)
        shared = np.isin(model, ("linear", "position", "time_decay")) & ~fixed
        alone = alone[~shared & (alone >= 0)]
        rows, weights = self._shared(pool & shared[self.of], model)
        rows = np.concatenate([alone, rows])
        weights = np.concatenate([np.ones(len(alone), np.int64), weights])
        by_place = np.argsort(rows)
        return self._rows(rows[by_place], weights[by_place])

    def _shared(self, pool: Bools, model: Column) -> tuple[Ints, Ints]:
        """Each partnership's last touch in the pool, and its weight."""
        rows = np.flatnonzero(pool)
        if not len(rows):
            return rows, rows
        of = self.of[rows]
        size = np.bincount(of, minlength=len(self.orders))[of]
        start = np.searchsorted(of, of, "left")
        number = np.arange(len(rows)) - start
        ends = (number == 0) | (number == size - 1)
        by_position = (model[of] == "position") & (size >= 3)
        weight = np.where(by_position & ends, 2 * (size - 2), 1)
        key = of * len(self.history.partnerships) + self.whose[rows]
        keys, group = np.unique(key, return_inverse=True)
        parts = np.zeros(len(keys), np.int64)
        np.add.at(parts, group, weight)
        chosen = np.zeros(len(keys), np.int64)
        chosen[group] = rows
        return chosen, parts

    def _rows(self, rows: Ints, weights: Ints) -> Credits:
        """What is credited by these rows of ours, and under which version."""
        book = self.book
        total = len(self.history.partnerships)
        clicks = np.flatnonzero(self.eligible & (self.kind == CLICK))
        last_click = _Last(self.of[clicks] * total + self.whose[clicks], clicks)
        of, whose, kind = self.of[rows], self.whose[rows], self.kind[rows]
        own_click = last_click.of(of * total + whose)
        click = np.where(kind == CLICK, rows, own_click)
        binding = np.where(kind == CODE, own_click, np.where(kind == CLICK, rows, NOBODY))
        entry = np.where(binding >= 0, self.entry[binding], self.entry[rows])
        bound = self.history.touches["binds"][self.touch[rows]] != 0
        also = _also(book, whose, self.ordered_at[rows], entry)
        codes = np.flatnonzero(self.eligible & (self.kind == CODE))
        orders = self.orders
        return Credits(
            order=orders[of],
            partnership=whose,
            entry=entry,
            also=np.where(bound, NOBODY, also),
            click=np.where(click >= 0, self.touch[click], NOBODY),
            weight=weights,
            codes=(
                orders[self.of[codes]] * total + self.whose[codes],
                self.history.touches["reference"][self.touch[codes]].astype(np.int64),
            ),
            partnerships_total=total,
        )

    def _with_engine(self, whole: Credits, complex_: Ints) -> Credits:
        """And the credits of the orders that the engine decides one by one."""
        if not len(complex_):
            return whole
        rows: list[tuple[int, int, int, int, int, int]] = []
        for local in complex_:
            rows += self._decided(int(self.orders[local]), np.flatnonzero(self.of == local))
        columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [
            np.zeros(0, np.int64) for _ in range(6)
        ]
        names = ("order", "partnership", "entry", "also", "click", "weight")
        both = {
            name: np.concatenate([getattr(whole, name), column])
            for name, column in zip(names, columns, strict=True)
        }
        by_order = np.argsort(both["order"], kind="stable")
        return Credits(
            **{name: column[by_order] for name, column in both.items()},
            codes=whole.codes,
            partnerships_total=whole.partnerships_total,
            singly=len(complex_),
        )

    def _decided(self, order: int, rows: Ints) -> list[tuple[int, int, int, int, int, int]]:
        """The engine's credits of one order, as rows."""
        history, book = self.history, self.book
        mine = set(self.whose[rows].tolist())
        entries = [place for place, whose in enumerate(book.partnership) if int(whose) in mine]
        versions = [book.versions[place] for place in entries]
        touches = [
            touch.model_copy(update={"binds": book.aliases.get(touch.binds, touch.binds)})
            if touch.binds
            else touch
            for touch in history.touches_of(order)
        ]
        found = attribute(touches, moment(history.orders["at"][order]), versions)
        by_name: dict[tuple[int, str], int] = {}
        for place in entries:
            key = int(book.partnership[place]), book.versions[place].agreement
            by_name.setdefault(key, place)
        eligible_clicks = {
            int(self.whose[row]): int(self.touch[row])
            for row in rows
            if self.eligible[row] and self.kind[row] == CLICK
        }
        made = []
        for credit in found.credits:
            place = int(credit.touch_id)
            whose = int(history.touches["partnership"][place])
            is_click = history.touches["kind"][place] == CLICK
            click = place if is_click else eligible_clicks.get(whose, NOBODY)
            assert credit.agreement is not None
            also = by_name[whose, credit.also] if credit.also else NOBODY
            entry = by_name[whose, credit.agreement]
            made.append((order, whose, entry, also, click, credit.weight))
        return made


class _Last:
    """The last value that each key came with."""

    def __init__(self, keys: Ints, values: Ints) -> None:
        by_key = np.argsort(keys, kind="stable")
        keys, values = keys[by_key], values[by_key]
        ends = np.append(keys[1:] != keys[:-1], True)[: len(keys)]
        self._keys, self._values = keys[ends], values[ends]

    def of(self, wanted: Ints) -> Ints:
        if not len(self._keys):
            return np.full(len(wanted), NOBODY)
        at = np.searchsorted(self._keys, wanted)
        at = np.minimum(at, len(self._keys) - 1)
        found: Ints = np.where(self._keys[at] == wanted, self._values[at], NOBODY)
        return found
