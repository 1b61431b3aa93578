"""Two outcomes of one history beside each other: what changes, for whom, and how sure that is."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from handsel.engine.money import PPM
from handsel.engine.periods import period_of
from handsel.engine.replay.book import Book
from handsel.engine.replay.history import History, Ints, microseconds, moment
from handsel.engine.replay.scenario import Outcome, days_known
from handsel.engine.replay.settling import boundaries, uses
from handsel.engine.settling.period import CALENDARS
from handsel.engine.terms import Milestone, Terms
from handsel.engine.values import ParamValue, Step

BLOCK_MONTHS = 3
DRAWS = 2000
SEED = 20_260_901
# Of fewer months nothing can be drawn that says how sure a figure is.
MONTHS_LEAST = 6
LOW, HIGH = 0.05, 0.95

Assumption = Literal[
    "behaviour_unchanged",
    "declined_counted",
    "window_beyond_known",
    "period_cut",
    "bonuses_left_out",
    "overrides_left_out",
    "too_few_months",
    "computed_singly",
]


class Change(NamedTuple):
    """What one partnership earns now and would earn then, and of how many orders; `won` are orders
    that it is credited for then only, `lost` now only."""

    partnership: str
    now_minor: int
    then_minor: int
    orders_now: int
    orders_then: int
    won: int
    lost: int

    @property
    def change_minor(self) -> int:
        return self.then_minor - self.now_minor


class Month(NamedTuple):
    first: date
    now_minor: int
    then_minor: int


class Band(NamedTuple):
    """Of the change in an average history of as many months: from the 5th to the 95th of a hundred
    draws, and in how many of a million the cost rises."""

    low_minor: int
    high_minor: int
    rises_ppm: int


class Comparison(NamedTuple):
    """`currency` is that of the terms; `orders` all of the program's within the dates, of which
    `unpaid_now` and `unpaid_then` earn nobody anything."""

    since: datetime
    until: datetime
    currency: str
    now_minor: int
    then_minor: int
    orders: int
    unpaid_now: int
    unpaid_then: int
    partners: tuple[Change, ...]
    months: tuple[Month, ...]
    band: Band | None
    assumptions: tuple[Step, ...]

    @property
    def change_minor(self) -> int:
        return self.then_minor - self.now_minor

    @property
    def gaining(self) -> int:
        return sum(one.change_minor > 0 for one in self.partners)

    @property
    def losing(self) -> int:
        return sum(one.change_minor < 0 for one in self.partners)


def compare(
    now: Outcome,
    then: Outcome,
    terms: Terms,
    *,
    only: Collection[str] | None = None,
    versions: Book,
) -> Comparison:
    """`only`: leave everybody else out, as one partner may see it. Amounts in other currencies than
    the terms' are left out, too."""
    history = now.paid.history
    by_partner = _by_partner(now, then, terms.currency, only)
    months = _months(now, then, terms, only)
    begin, end = np.searchsorted(
        history.orders["at"], [microseconds(now.since), microseconds(now.until)]
    )
    band = confidence([one.then_minor - one.now_minor for one in months])
    return Comparison(
        since=now.since,
        until=now.until,
        currency=terms.currency,
        now_minor=sum(one.now_minor for one in by_partner),
        then_minor=sum(one.then_minor for one in by_partner),
        orders=int(end - begin),
        unpaid_now=int(end - begin) - _paid_orders(now),
        unpaid_then=int(end - begin) - _paid_orders(then),
        partners=tuple(sorted(by_partner, key=lambda one: (-abs(one.change_minor), one[0]))),
        months=months,
        band=band,
        assumptions=tuple(_assumptions(history, now, then, terms, versions=versions, band=band)),
    )


def confidence(changes: Sequence[int]) -> Band | None:
    """Paired month-block bootstrap: blocks of three months in a row, the last followed by the
    first, drawn until there are as many months again.

    >>> confidence([100] * 12)
    Band(low_minor=1200, high_minor=1200, rises_ppm=1000000)
    """
    size = len(changes)
    if size < MONTHS_LEAST:
        return None
    random = np.random.default_rng(SEED)
    blocks = -(-size // BLOCK_MONTHS)
    begins = random.integers(0, size, (DRAWS, blocks))
    months = (begins[:, :, None] + np.arange(BLOCK_MONTHS)) % size
    sums = np.array(changes, float)[months.reshape(DRAWS, -1)[:, :size]].sum(axis=1)
    low, high = np.quantile(sums, [LOW, HIGH])
    return Band(round(low), round(high), int((sums > 0).sum()) * PPM // DRAWS)


def _rows(outcome: Outcome, currency: str) -> Ints:
    """Credits within the dates, in the currency of the terms."""
    paid = outcome.paid
    order = paid.credits.order
    at = paid.history.orders["at"][order]
    mine = (at >= microseconds(outcome.since)) & (at < microseconds(outcome.until))
    mine &= paid.history.orders["currency"][order] == paid.history.number_of(currency)
    return np.flatnonzero(mine)


def _paid_orders(outcome: Outcome) -> int:
    paid = outcome.paid
    at = paid.history.orders["at"][paid.credits.order]
    mine = (at >= microseconds(outcome.since)) & (at < microseconds(outcome.until))
    return len(np.unique(paid.credits.order[mine & (paid.amount_minor != 0)]))


def _by_partner(
    now: Outcome, then: Outcome, currency: str, only: Collection[str] | None
) -> list[Change]:
    names = now.paid.history.partnerships
    sums = [_sums(one, currency, len(names)) for one in (now, then)]
    rows = [_rows(one, currency) for one in (now, then)]
    keys = [one.paid.credits.row_key()[mine] for one, mine in zip((now, then), rows, strict=True)]
    whose = [
        one.paid.credits.partnership[mine] for one, mine in zip((now, then), rows, strict=True)
    ]
    orders = [np.bincount(one, minlength=len(names)) for one in whose]
    won = np.bincount(whose[1][~np.isin(keys[1], keys[0])], minlength=len(names))
    lost = np.bincount(whose[0][~np.isin(keys[0], keys[1])], minlength=len(names))
    return [
        Change(
            name,
            int(sums[0][at]),
            int(sums[1][at]),
            int(orders[0][at]),
            int(orders[1][at]),
            int(won[at]),
            int(lost[at]),
        )
        for at, name in enumerate(names)
        if (only is None or name in only)
        and (sums[0][at] or sums[1][at] or orders[0][at] or orders[1][at])
    ]


def _sums(outcome: Outcome, currency: str, size: int) -> Ints:
    found = np.zeros(size, np.int64)
    rows = _rows(outcome, currency)
    np.add.at(found, outcome.paid.credits.partnership[rows], outcome.paid.amount_minor[rows])
    for one in outcome.settlements.found:
        found[one.partnership] += one.amount_minor
    return found


def _months(
    now: Outcome,
    then: Outcome,
    terms: Terms,
    only: Collection[str] | None,
) -> tuple[Month, ...]:
    zone = terms.time_zone
    edges = boundaries("month", zone, now.since, now.until)
    columns = [_by_month(one, edges, terms.currency, only) for one in (now, then)]
    return tuple(
        Month(moment(start).astimezone(ZoneInfo(zone)).date(), int(before), int(after))
        for start, before, after in zip(edges, *columns, strict=False)
    )


def _by_month(
    outcome: Outcome, edges: Sequence[int], currency: str, only: Collection[str] | None
) -> Ints:
    """A settlement belongs to the last month that it was counted in."""
    paid, names = outcome.paid, outcome.paid.history.partnerships
    found = np.zeros(len(edges) - 1, np.int64)
    rows = _rows(outcome, currency)
    if only is not None:
        mine = [place for place, name in enumerate(names) if name in only]
        rows = rows[np.isin(paid.credits.partnership[rows], mine)]
    at = paid.history.orders["at"][paid.credits.order[rows]]
    np.add.at(found, np.searchsorted(edges, at, "right") - 1, paid.amount_minor[rows])
    for one in outcome.settlements.found:
        if only is None or names[one.partnership] in only:
            found[np.searchsorted(edges, one.counted_at, "right") - 1] += one.amount_minor
    return found


def _assumptions(
    history: History,
    now: Outcome,
    then: Outcome,
    terms: Terms,
    *,
    versions: Book,
    band: Band | None,
) -> Iterator[Step]:
    """What is taken for granted, and what nobody can know from this history."""
    yield _said("behaviour_unchanged")
    yield _said("declined_counted")
    days = days_known(history)
    if terms.attribution.window_days > max(days, _windows(versions)):
        yield _said("window_beyond_known", days=days, window_days=terms.attribution.window_days)
    both = [*versions.terms, terms]
    if any(_is_cut(one, now.since, now.until) for one in both):
        yield _said("period_cut")
    if any(_bonuses(one) for one in both):
        yield _said("bonuses_left_out")
    if any(one.overrides for one in both):
        yield _said("overrides_left_out")
    if band is None:
        yield _said("too_few_months", least=MONTHS_LEAST)
    if singly := now.singly + then.singly:
        yield _said("computed_singly", number=singly)


def _said(code: Assumption, **params: ParamValue) -> Step:
    return Step(code=code, params=params)


def _windows(book: Book) -> int:
    return max((one.attribution.window_days for one in book.terms), default=0)


def _is_cut(terms: Terms, since: datetime, until: datetime) -> bool:
    """Whether a period of these terms reaches beyond the dates."""
    for calendar in CALENDARS:
        if uses(terms, calendar):
            start, _ = period_of(since, calendar, terms.time_zone)
            _, end = period_of(until, calendar, terms.time_zone)
            last, _ = period_of(until, calendar, terms.time_zone)
            if start < since or (last != until and end > until):
                return True
    return False


def _bonuses(terms: Terms) -> bool:
    return any(not isinstance(bonus, Milestone) for bonus in terms.bonuses)
