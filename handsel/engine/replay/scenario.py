"""A history under the agreements it had, and under other terms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from handsel.engine.agreements import AgreementVersion
from handsel.engine.replay.book import DAY_US, Book, book_of
from handsel.engine.replay.crediting import Credits, credits_of
from handsel.engine.replay.history import History, microseconds
from handsel.engine.replay.paying import Paid, pay
from handsel.engine.replay.settling import Settlements, settle_all
from handsel.engine.terms import Percent, Rolling, Terms


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was earned between two dates, under the agreements of one book."""

    paid: Paid
    settlements: Settlements
    since: datetime
    until: datetime

    @property
    def singly(self) -> int:
        """Orders and periods that the engine computed one by one."""
        return self.paid.credits.singly + self.paid.singly + self.settlements.singly


class Replay:
    """One history, replayed under one book after the other. Credits are decided again only where
    something that they depend on has changed."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._credits: dict[object, Credits] = {}

    def under(self, book: Book, since: datetime, until: datetime) -> Outcome:
        """Orders from `since` (included) until `until` (excluded)."""
        orders = self._orders(book, since, until)
        credits = self._credited(book, orders)
        paid = pay(self.history, book, credits)
        return Outcome(paid, settle_all(paid, since, until), since, until)

    def _orders(self, book: Book, since: datetime, until: datetime) -> tuple[int, int]:
        """Those within the dates, and before them as far as rolling tiers look back."""
        days = max((_looks_back_days(terms) for terms in book.terms), default=0)
        first = microseconds(since) - days * DAY_US
        begin, end = np.searchsorted(self.history.orders["at"], [first, microseconds(until)])
        return int(begin), int(end)

    def _credited(self, book: Book, orders: tuple[int, int]) -> Credits:
        key = orders, book.decides()
        if key not in self._credits:
            self._credits[key] = credits_of(self.history, book, np.arange(*orders))
        return self._credits[key]


def _looks_back_days(terms: Terms) -> int:
    tiers = (rule.tiers for rule in terms.pay if isinstance(rule, Percent) and rule.tiers)
    return max((one.period.days for one in tiers if isinstance(one.period, Rolling)), default=0)


def as_agreed(versions: Iterable[AgreementVersion], history: History) -> Book:
    """The agreements as they were."""
    return book_of(versions, history.partnerships)


def as_proposed(
    versions: Sequence[AgreementVersion],
    history: History,
    terms: Terms,
    partnerships: Collection[str],
) -> Book:
    """The agreements, but that these partnerships had one version with the terms whenever any of
    theirs was in force. What is bound to a version of theirs is bound to that one."""
    first: dict[str, str] = {}
    aliases: dict[str, str] = {}
    found = []
    for version in versions:
        if version.partnership not in partnerships:
            found.append(version)
            continue
        name = first.setdefault(version.partnership, version.agreement)
        aliases[version.agreement] = name
        update = {"terms": terms, "agreement": name, "number": 1}
        found.append(version.model_copy(update=update))
    return book_of(found, history.partnerships, aliases)


def days_known(history: History) -> int:
    """The age of the oldest click that any order carried, in whole days."""
    touches, orders = history.touches, history.orders
    size = orders["touch_end"] - orders["touch_start"]
    has = size > 0
    if not has.any():
        return 0
    oldest = touches["at"][orders["touch_start"][has]]
    return max(int((orders["at"][has] - oldest).max()) // DAY_US, 0)


__all__ = ["Outcome", "Replay", "as_agreed", "as_proposed", "days_known"]
