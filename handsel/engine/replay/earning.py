"""What credited orders earn under one set of terms, all at once.

The same sums as `engine.earning`. Orders too large for 64 bits, and terms with amounts that are, go
through the engine itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from handsel.engine.earning import Circumstances, Earning, earn
from handsel.engine.earning.renewals import EVERY, renewal_unpaid
from handsel.engine.earning.tiers import Band, bands
from handsel.engine.money import PPM, split
from handsel.engine.replay.asking import Asked, Met, Rows, asks_articles
from handsel.engine.replay.counting import (
    counts_of,
    is_large,
    is_spent,
    round_away,
)
from handsel.engine.replay.history import EVENTS, NEVER, Bools, Column, History, Ints
from handsel.engine.terms import (
    Excluded,
    Fixed,
    Lead,
    Percent,
    Rolling,
    Terms,
    clause_number,
    specificity,
)

AMOUNT_MAX = 2**31
VOLUME_MAX = 2**41
_LEADS = [EVENTS.index("lead"), EVENTS.index("sign_up")]
_RENEWAL = EVENTS.index("renewal")


class Volumes(NamedTuple):
    """What a percent rule counted and paid: rows, what counts, what was paid for it."""

    rows: Ints
    basis_minor: Ints
    paid_minor: Ints


@dataclass(slots=True)
class Earned:
    """By row: the amount before it is shared. `volumes` by the place of the rule, of those with
    tiers of a calendar period. `singly`: rows that went through the engine."""

    whole_minor: Ints
    volumes: dict[int, Volumes] = field(default_factory=dict)
    singly: int = 0


Standings = Mapping[int, Ints]


def bases(history: History, terms: Terms, rows: Rows) -> dict[int, Ints]:
    """What each percent rule with rolling tiers counts of each row, by the rule's place."""
    rolling = [
        place
        for place, rule in enumerate(terms.pay)
        if isinstance(rule, Percent) and rule.tiers and isinstance(rule.tiers.period, Rolling)
    ]
    if not rolling:
        return {}
    found = _Sums(history, terms, rows)
    return {place: found.basis(place) for place in rolling}


def earned(history: History, terms: Terms, rows: Rows, standings: Standings) -> Earned:
    """`standings`: by the place of a rule with rolling tiers, what counted before each row."""
    sums = _Sums(history, terms, rows)
    result = sums.earned(standings)
    large = is_large(history)[rows.order] | sums.is_beyond(standings)
    for row in np.flatnonzero(large):
        one = earning_of(history, terms, rows, int(row), standings)
        result.whole_minor[row] = one.amount_minor
        result.singly += 1
    if large.any():
        result.volumes = dict(_recounted(history, terms, rows, result.volumes, large))
    return result


def earning_of(
    history: History, terms: Terms, rows: Rows, row: int, standings: Standings
) -> Earning:
    """What the engine says of one row, before it is shared."""
    known = {clause_number(place): int(found[row]) for place, found in standings.items()}
    given = circumstances(history, rows, row)._replace(standings=known)
    return earn(history.state(int(rows.order[row])), terms, given)


def circumstances(history: History, rows: Rows, row: int) -> Circumstances:
    """What the engine is told of one row, but for standings and shares."""
    click = int(rows.click[row])

    def said(name: str) -> str:
        return history.names[history.touches[name][click]] if click >= 0 else ""

    keys, codes = rows.codes
    mine = codes[keys == rows.key[row]]
    return Circumstances(
        country=said("country"),
        device=said("device"),
        source=said("source"),
        link=said("link"),
        codes=frozenset(history.names[code] for code in mine),
    )


def shared(whole_minor: Ints, order: Ints, weight: Ints) -> Ints:
    """Each row's part of its own whole, where several rows are of one order."""
    found = whole_minor.copy()
    same = order[1:] == order[:-1]
    if not same.any():
        return found
    begins = np.flatnonzero(np.append(True, ~same))
    ends = np.append(begins[1:], len(order))
    several = ends - begins > 1
    for begin, end in zip(begins[several].tolist(), ends[several].tolist(), strict=True):
        weights = weight[begin:end].tolist()
        for row in range(begin, end):
            found[row] = split(int(whole_minor[row]), weights)[row - begin]
    return found


class _Sums:
    def __init__(self, history: History, terms: Terms, rows: Rows) -> None:
        self.history, self.terms, self.rows = history, terms, rows
        self.counts = counts_of(history, terms.basis)
        self.asked = Asked(history, rows)
        self.by_article = any(
            asks_articles(rule.when) and not isinstance(rule, Lead) for rule in terms.pay
        ) or any(isinstance(rule, Fixed) and rule.per == "item" for rule in terms.pay)
        self.met = [self.asked.met(rule) for rule in terms.pay]
        self.unpaid = self._unpaid()
        self.excluded = self._excluded()
        self.payer, self.shipping_payer = self._payers()

    def earned(self, standings: Standings) -> Earned:
        total = np.zeros(len(self.rows.order), np.int64)
        volumes = {}
        for place, rule in enumerate(self.terms.pay):
            if isinstance(rule, Percent):
                basis = self.basis(place)
                amounts = _percent(rule, basis, standings.get(place))
                if rule.tiers and not isinstance(rule.tiers.period, Rolling):
                    paid = np.flatnonzero(basis)
                    volumes[place] = Volumes(paid, basis[paid], amounts[paid])
            elif isinstance(rule, Fixed):
                amounts = self._fixed(place, rule)
            elif isinstance(rule, Lead):
                amounts = self._lead(place, rule)
            else:
                continue
            total += np.where(self.unpaid, 0, amounts)
        return Earned(_bounded(self.terms, total), volumes)

    def basis(self, place: int) -> Ints:
        """What a percent rule counts of each row; 0 where it pays nothing."""
        if not self.by_article:
            mine = (self.payer == place) & ~self.unpaid
            return np.where(mine, self.counts.orders[self.rows.order], 0)
        counted = np.where(self.payer == place, self.counts.lines[self.asked.line], 0)
        found = self.asked.sum_by_row(counted)
        shipping = self.counts.shipping[self.rows.order]
        found += np.where(self.shipping_payer == place, shipping, 0)
        return np.where(self.unpaid, 0, found)

    def is_beyond(self, standings: Standings) -> Bools:
        """Rows whose amounts might not fit."""
        most = max(_amounts(self.terms), default=0)
        beyond = np.full(len(self.rows.order), most >= AMOUNT_MAX)
        for before in standings.values():
            beyond |= before >= VOLUME_MAX
        return beyond

    def _unpaid(self) -> Bools:
        """Renewals that are not paid at all."""
        found = np.zeros(len(self.rows.order), bool)
        if self.terms.recurring == EVERY:
            return found
        for row in np.flatnonzero(self.asked.order("event") == _RENEWAL):
            state = self.history.state(int(self.rows.order[row]))
            found[row] = renewal_unpaid(state, self.terms) is not None
        return found

    def _places(self, kind: type) -> list[int]:
        return [place for place, rule in enumerate(self.terms.pay) if isinstance(rule, kind)]

    def _excluded(self) -> tuple[Bools, Bools]:
        """Which articles (or rows), and of which rows shipping, earn nothing by percent."""
        size = len(self.asked.of) if self.by_article else len(self.rows.order)
        articles, shipping = np.zeros(size, bool), np.zeros(len(self.rows.order), bool)
        for place in self._places(Excluded):
            articles |= self._meant(self.met[place])
            shipping |= self.met[place].shipping
        return articles, shipping

    def _meant(self, met: Met) -> Bools:
        """What a rule asks for: articles, or whole rows where nothing asks about articles."""
        if met.articles is not None:
            return met.articles
        return met.rows[self.asked.of] if self.by_article else met.rows

    def _payers(self) -> tuple[Ints, Ints]:
        """The most specific percent rule for each article (or row), and for shipping."""
        articles, shipping = self.excluded
        payer, of_shipping = np.full(len(articles), -1), np.full(len(shipping), -1)
        places = self._places(Percent)
        for place in sorted(places, key=lambda place: specificity(self.terms.pay[place])):
            payer[self._meant(self.met[place])] = place
            of_shipping[self.met[place].shipping] = place
        payer[articles] = -1
        of_shipping[shipping] = -1
        return payer, of_shipping

    def _fixed(self, place: int, rule: Fixed) -> Ints:
        here = self.met[place]
        if rule.per == "item":
            return np.where(here.rows, self._pieces(here) * rule.amount_minor, 0)
        if here.articles is None:
            left = ~is_spent(self.history)[self.rows.order]
        else:
            left = self._anything_left(here)
        return np.where(here.rows & left, rule.amount_minor, 0)

    def _anything_left(self, here: Met) -> Bools:
        line, meant = self.asked.line, self._meant(here)
        lines = self.history.lines
        sold_minor = lines["gross_minor"][line] - lines["discount_minor"][line]
        sold = self.asked.sum_by_row(np.where(meant, sold_minor, 0))
        left = self.asked.sum_by_row(np.where(meant, lines["left_minor"][line], 0))
        found: Bools = ~self.asked.order("cancelled") & ~((sold > 0) & (left == 0))
        return found

    def _pieces(self, here: Met) -> Ints:
        """A piece counts while anything of what was paid for it is left."""
        line, lines = self.asked.line, self.history.lines
        sold = lines["gross_minor"][line] - lines["discount_minor"][line]
        quantity, left = lines["quantity"][line], lines["left_minor"][line]
        kept = -(-quantity * left // np.maximum(sold, 1))
        pieces = np.where(sold == 0, quantity, kept)
        meant = self._meant(here) & ~self.excluded[0]
        found = self.asked.sum_by_row(np.where(meant, pieces, 0))
        return np.where(self.asked.order("cancelled"), 0, found)

    def _lead(self, place: int, rule: Lead) -> Ints:
        mine = self.met[place].rows & (self.asked.order("event") == EVENTS.index(rule.event))
        for other in self._places(Lead):
            rival = self.terms.pay[other]
            assert isinstance(rival, Lead)
            above = specificity(rival) > specificity(rule)
            if rival.event == rule.event and above:
                mine &= ~self.met[other].rows
        mine &= ~is_spent(self.history)[self.rows.order]
        if rule.pays == "after_sale":
            mine &= self.asked.order("bought_at") != NEVER
        return np.where(mine, rule.amount_minor, 0)


def _percent(rule: Percent, basis: Ints, before: Ints | None) -> Ints:
    if rule.tiers is None or not isinstance(rule.tiers.period, Rolling):
        return round_away(basis * rule.rate_ppm, PPM)
    standing = np.zeros(len(basis), np.int64) if before is None else before
    standing = np.minimum(standing, VOLUME_MAX)
    return round_away(_added_ppm(rule, standing, basis), PPM)


def _added_ppm(rule: Percent, before: Ints, basis: Ints) -> Ints:
    """As `engine.earning.tiers.added_ppm`."""
    table = bands(rule)
    assert rule.tiers is not None
    if rule.tiers.measure == "orders":
        return basis * rates_at(table, before + 1)
    if rule.tiers.mode == "retroactive":
        return basis * rates_at(table, before + basis)
    return marginal_ppm(table, before + basis) - marginal_ppm(table, before)


def rates_at(table: Sequence[Band], volumes: Ints) -> Ints:
    """The rate that each volume has reached."""
    starts = np.array([band.start for band in table], np.int64)
    rates = np.array([band.rate_ppm for band in table], np.int64)
    return rates[np.searchsorted(starts, volumes, "right") - 1]


def marginal_ppm(table: Sequence[Band], volumes: Column) -> Column:
    """Each part of each volume at the rate of the step in which it lies, in millionths."""
    found = np.zeros_like(volumes)
    for band, end in zip(table, [*[one.start for one in table[1:]], None], strict=True):
        reached = volumes if end is None else np.minimum(volumes, end)
        found = found + np.maximum(reached - band.start, 0) * band.rate_ppm
    return found


def _bounded(terms: Terms, amounts: Ints) -> Ints:
    floors = [floor.amount_minor for floor in terms.floors if floor.per == "order"]
    caps = [cap.amount_minor for cap in terms.caps if cap.per == "order"]
    if floors:
        amounts = np.where(amounts > 0, np.maximum(amounts, max(floors)), amounts)
    return np.minimum(amounts, min(caps)) if caps else amounts


def _amounts(terms: Terms) -> Iterator[int]:
    for rule in terms.pay:
        if isinstance(rule, Fixed | Lead):
            yield rule.amount_minor


def _recounted(
    history: History,
    terms: Terms,
    rows: Rows,
    volumes: Mapping[int, Volumes],
    large: Bools,
) -> Iterator[tuple[int, Volumes]]:
    """The volumes again, with what the engine says of the rows that went through it."""
    for place, found in volumes.items():
        kept = ~large[found.rows]
        told = []
        for row in np.flatnonzero(large):
            lines = earning_of(history, terms, rows, int(row), {}).lines
            told += [
                (int(row), line.basis_minor or 0, line.amount_minor)
                for line in lines
                if line.clause == clause_number(place) and line.kind == "percent"
            ]
        more = np.array(told, np.int64).reshape(-1, 3)
        yield (
            place,
            Volumes(
                *(
                    np.concatenate([column[kept], extra])
                    for column, extra in zip(found, more.T, strict=True)
                )
            ),
        )
