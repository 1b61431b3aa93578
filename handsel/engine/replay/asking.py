"""Conditions as masks: which credited orders, and which of their articles, meet a rule.

The same answers as `engine.earning.conditions`, without the reasons.
"""

from typing import NamedTuple

import numpy as np

from handsel.engine.earning.conditions import PAID_BY_DEFAULT, names_event
from handsel.engine.replay.counting import sums_of
from handsel.engine.replay.history import EVENTS, Bools, Column, History, Ints, microseconds
from handsel.engine.terms import PayRule, TimeBox, When

_BY_DEFAULT = [EVENTS.index(name) for name in PAID_BY_DEFAULT]


class Rows(NamedTuple):
    """Credited orders: the order, the click that is asked about (or -1), a key of order and
    partnership, and the codes that such keys had on their orders."""

    order: Ints
    click: Ints
    key: Ints
    codes: tuple[Ints, Ints]


class Met(NamedTuple):
    """Which rows meet a rule at all; of each article whether it does (None: all of them); and
    whether shipping does, by row."""

    rows: Bools
    articles: Bools | None
    shipping: Bools


class Asked:
    """What conditions are asked of."""

    def __init__(self, history: History, rows: Rows) -> None:
        self.history, self.rows = history, rows
        sizes = history.orders["lines"][rows.order]
        self._sizes = sizes
        self._known: dict[str, Column] = {}

    @property
    def of(self) -> Ints:
        """The row of each article."""
        if "of" not in self._known:
            self._known["of"] = np.repeat(np.arange(len(self.rows.order)), self._sizes)
        return self._known["of"]

    @property
    def line(self) -> Ints:
        """The line of the history that each article is."""
        if "line" not in self._known:
            skipped = np.cumsum(self._sizes) - self._sizes
            start = self.history.line_start[self.rows.order]
            self._known["line"] = np.arange(len(self.of)) + np.repeat(start - skipped, self._sizes)
        return self._known["line"]

    def order(self, name: str) -> Column:
        if name not in self._known:
            self._known[name] = self.history.orders[name][self.rows.order]
        return self._known[name]

    def sum_by_row(self, values: Column) -> Ints:
        """Of articles."""
        ends = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=ends[1:])
        last = np.cumsum(self._sizes)
        found: Ints = ends[last] - ends[last - self._sizes]
        return found

    def met(self, rule: PayRule) -> Met:
        when = rule.when
        rows = self._whole(when) & self._default(rule) & self._time(rule.valid)
        if not asks_articles(when):
            return Met(rows, None, rows)
        articles = self._articles(when) & rows[self.of]
        any_ = self.sum_by_row(articles) > 0
        return Met(rows & any_, articles, rows & any_ & self._shipping(when))

    def _default(self, rule: PayRule) -> Bools:
        if rule.kind in ("lead", "excluded") or names_event(rule.when):
            return self._all(True)
        return np.isin(self.order("event"), _BY_DEFAULT)

    def _time(self, box: TimeBox | None) -> Bools:
        found = self._all(True)
        if box is not None and box.since is not None:
            found &= self.order("at") >= microseconds(box.since)
        if box is not None and box.until is not None:
            found &= self.order("at") < microseconds(box.until)
        return found

    def _all(self, value: bool) -> Bools:
        return np.full(len(self.rows.order), value)

    def _whole(self, when: When) -> Bools:
        """What is asked of the order as a whole, and of the touch that is credited."""
        found = self._all(True)
        if when.customer is not None:
            found &= self.order("customer") == (1 if when.customer == "new" else 0)
        if when.events:
            found &= np.isin(self.order("event"), [EVENTS.index(name) for name in when.events])
        if when.renewals is not None:
            found &= self._renewals(when)
        if when.links:
            found &= self._is_one("link", when.links)
        if when.countries:
            found &= self._country(when.countries)
        if when.devices:
            found &= self._is_one("device", when.devices)
        if when.sources:
            found &= self._sources(when.sources)
        if when.codes:
            found &= self._codes(when.codes)
        if when.order_minor is not None:
            left = sums_of(self.history, "left_minor")[self.rows.order]
            found &= _between(left, when.order_minor.least, when.order_minor.most)
        for field in when.metadata:
            found &= self._metadata(field.name, field.values)
        return found

    def _renewals(self, when: When) -> Bools:
        assert when.renewals is not None
        number = self.order("renewal")
        unknown = (self.order("event") == EVENTS.index("renewal")) & (number == 0)
        found: Bools = ~unknown & _between(number, when.renewals.least, when.renewals.most)
        return found

    def _of_click(self, name: str) -> Column:
        """Of the click that is asked about; 0 where there is none."""
        if f"click_{name}" not in self._known:
            column = self.history.touches[name]
            found = np.zeros(len(self.rows.click), np.int64)
            has = self.rows.click >= 0
            found[has] = column[self.rows.click[has]]
            self._known[f"click_{name}"] = found
        return self._known[f"click_{name}"]

    def _is_one(self, name: str, wanted: tuple[str, ...]) -> Bools:
        return np.isin(self._of_click(name), self._numbers(wanted))

    def _country(self, wanted: tuple[str, ...]) -> Bools:
        own = self.order("country")
        known = np.where(own != 0, own, self._of_click("country"))
        return np.isin(known, self._numbers(wanted))

    def _numbers(self, names: tuple[str, ...]) -> list[int]:
        """Those that the history knows; what nobody said (0) is none of them."""
        return [number for name in names if (number := self.history.number_of(name)) > 0]

    def _sources(self, hosts: tuple[str, ...]) -> Bools:
        above = [f".{host.lower()}" for host in hosts]
        sources = self._of_click("source")
        fits = [
            number
            for number in np.unique(sources)
            if any(f".{self.history.names[number].lower()}".endswith(host) for host in above)
        ]
        return np.isin(sources, fits)

    def _codes(self, wanted: tuple[str, ...]) -> Bools:
        keys, codes = self.rows.codes
        folded = {code.casefold() for code in wanted}
        names = self.history.names
        fits = [code for code in np.unique(codes) if names[code].casefold() in folded]
        return np.isin(self.rows.key, keys[np.isin(codes, fits)])

    def _metadata(self, name: str, values: tuple[str, ...]) -> Bools:
        given = self.history.metadata
        number = self.history.number_of(name)
        wanted = [n for value in values if (n := self.history.number_of(value)) >= 0]
        fits = (given["name"] == number) & np.isin(given["value"], wanted)
        return np.isin(self.rows.order, given["order"][fits])

    def _articles(self, when: When) -> Bools:
        """Of each article, whether it meets what is asked of articles and in nests."""
        found = np.ones(len(self.of), bool)
        if when.skus:
            found &= np.isin(self.history.lines["sku"][self.line], self._named(when.skus))
        if when.categories:
            wanted = self._named(when.categories)
            found &= np.isin(self.history.lines["category"][self.line], wanted)
        if when.any_of:
            found &= np.logical_or.reduce([self._nested(one) for one in when.any_of])
        for one in when.none_of:
            found &= ~self._nested(one)
        return found

    def _named(self, names: tuple[str, ...]) -> list[int]:
        return [number for name in names if (number := self.history.number_of(name)) >= 0]

    def _nested(self, when: When) -> Bools:
        return self._whole(when)[self.of] & self._articles(when)

    def _shipping(self, when: When) -> Bools:
        """Whether shipping, which is no article, meets it."""
        found = self._all(not when.skus and not when.categories)
        if when.any_of:
            found &= np.logical_or.reduce([self._shipped(one) for one in when.any_of])
        for one in when.none_of:
            found &= ~self._shipped(one)
        return found

    def _shipped(self, when: When) -> Bools:
        return self._whole(when) & self._shipping(when)


def asks_articles(when: When) -> bool:
    """Whether its articles must be looked at one by one."""
    return bool(when.skus or when.categories or when.any_of or when.none_of)


def _between(numbers: Column, least: int, most: int | None) -> Bools:
    found: Bools = numbers >= least
    return found if most is None else found & (numbers <= most)
