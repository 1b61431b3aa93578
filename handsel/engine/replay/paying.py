"""What every credited order of a history earns: under the version of each, with its standing for
rolling tiers, and the higher of two where terms are better at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from handsel.engine.commission import Standing
from handsel.engine.earning import Earning, earn
from handsel.engine.replay.asking import Rows
from handsel.engine.replay.book import DAY_US, Book
from handsel.engine.replay.counting import counts_of, is_spent
from handsel.engine.replay.crediting import NOBODY, Credits
from handsel.engine.replay.earning import (
    Earned,
    Standings,
    bases,
    circumstances,
    earned,
    shared,
)
from handsel.engine.replay.history import EVENTS, Bools, History, Ints, moment, order_name
from handsel.engine.settling import Member, standings_before
from handsel.engine.terms import Percent, Rolling, Terms


class Counted(NamedTuple):
    """What a rule with tiers of a calendar period counted of one credited order, and paid."""

    credit: Ints
    terms: Ints
    place: Ints
    basis_minor: Ints
    paid_minor: Ints


@dataclass(slots=True)
class Paid:
    """By credit: what it earns, and the entry of the book that was used. `apart`: of a shared
    order, or computed after those before it, with its `standings`; such are not in `counted`."""

    history: History
    book: Book
    credits: Credits
    amount_minor: Ints
    entry: Ints
    apart: Bools
    counted: Counted
    standings: dict[int, Mapping[int, int]] = field(default_factory=dict)
    singly: int = 0

    def member(self, credit: int) -> Member:
        """One credited order, as periods count it."""
        entry = int(self.entry[credit])
        known = self.standings.get(credit, {})
        return member(self, credit, entry, _alone(self, credit, entry, known))


def pay(history: History, book: Book, credits: Credits) -> Paid:
    """Orders in another currency than their terms earn nothing and count for nothing."""
    credits = _in_its_currency(history, book, credits)
    order = credits.order
    same = order[1:] == order[:-1]
    shares = np.append(False, same) | np.append(same, False) if len(order) else np.zeros(0, bool)
    nothing: Ints = np.zeros(0, np.int64)
    paid = Paid(
        history,
        book,
        credits,
        np.zeros(len(order), np.int64),
        credits.entry.copy(),
        shares,
        Counted(nothing, nothing, nothing, nothing, nothing),
    )
    slowly = _rolling_slowly(paid)
    paid.counted = _pay_at_once(paid, np.flatnonzero(~slowly))
    _pay_in_turn(paid, np.flatnonzero(slowly))
    paid.apart |= slowly
    return paid


def _in_its_currency(history: History, book: Book, credits: Credits) -> Credits:
    if not len(book.versions):
        return credits
    numbers = np.array([history.number_of(one.terms.currency) for one in book.versions])
    fits = history.orders["currency"][credits.order] == numbers[credits.entry]
    if fits.all():
        return credits
    names = ("order", "partnership", "entry", "also", "click", "weight")
    return Credits(
        **{name: getattr(credits, name)[fits] for name in names},
        codes=credits.codes,
        partnerships_total=credits.partnerships_total,
        singly=credits.singly,
    )


def _rolls(terms: Terms) -> bool:
    return any(
        isinstance(rule, Percent) and rule.tiers and isinstance(rule.tiers.period, Rolling)
        for rule in terms.pay
    )


def _rolling_slowly(paid: Paid) -> Bools:
    """Credits of partnerships with rolling tiers whose orders follow from each other in ways that
    sums cannot say: shared, under several versions, or the better of two."""
    book, credits = paid.book, paid.credits
    rolling = np.array([_rolls(terms) for terms in book.terms], bool)
    if not rolling.any() or not len(credits):
        return np.zeros(len(credits), bool)
    total = credits.partnerships_total
    rolls, mixed = np.zeros(total, bool), np.zeros(total, bool)
    also = credits.also
    rolls[credits.partnership[rolling[book.terms_of[credits.entry]]]] = True
    rolls[credits.partnership[(also >= 0) & rolling[book.terms_of[also]]]] = True
    mixed[credits.partnership[paid.apart | (also >= 0)]] = True
    first = np.full(total, NOBODY)
    agreement = book.agreement[credits.entry]
    first[credits.partnership[::-1]] = agreement[::-1]
    mixed[credits.partnership[agreement != first[credits.partnership]]] = True
    found: Bools = (rolls & mixed)[credits.partnership]
    return found


def _rows(paid: Paid, chosen: Ints) -> Rows:
    credits = paid.credits
    return Rows(
        credits.order[chosen], credits.click[chosen], credits.row_key()[chosen], credits.codes
    )


def _pay_at_once(paid: Paid, chosen: Ints) -> Counted:
    """Under the version of each credit; then, where there is a second one, the better of both."""
    credits = paid.credits
    first = _under(paid, chosen, credits.entry[chosen])
    # A shared order is one for its credits together: those paid in turn take their part later.
    whole = np.zeros(len(credits), np.int64)
    whole[chosen] = first[0]
    paid.amount_minor[chosen] = shared(whole, credits.order, credits.weight)[chosen]
    seconds = chosen[credits.also[chosen] >= 0]
    counted = first[1]
    if len(seconds):
        other, others = _under(paid, seconds, credits.also[seconds])
        whole[:] = 0
        whole[seconds] = other
        amounts = shared(whole, credits.order, credits.weight)[seconds]
        better = amounts > paid.amount_minor[seconds]
        taken = seconds[better]
        paid.amount_minor[taken] = amounts[better]
        paid.entry[taken] = credits.also[taken]
        counted = _merged(counted, others, taken)
    return counted


def _merged(first: Counted, others: Counted, taken: Ints) -> Counted:
    kept = ~np.isin(first.credit, taken)
    used = np.isin(others.credit, taken)
    return Counted(
        *(
            np.concatenate([one[kept], other[used]])
            for one, other in zip(first, others, strict=True)
        )
    )


def _under(paid: Paid, chosen: Ints, entry: Ints) -> tuple[Ints, Counted]:
    """The amounts before sharing of these credits under these entries."""
    history, book = paid.history, paid.book
    terms_of = book.terms_of[entry]
    whole = np.zeros(len(chosen), np.int64)
    parts = []
    for number in np.unique(terms_of):
        mine = np.flatnonzero(terms_of == number)
        terms = book.terms[number]
        rows = _rows(paid, chosen[mine])
        standings = _standings_at_once(paid, terms, rows, chosen[mine])
        found = earned(history, terms, rows, standings)
        whole[mine] = found.whole_minor
        paid.singly += found.singly
        parts += list(_volumes(found, int(number), chosen[mine]))
    nothing: Ints = np.zeros(0, np.int64)
    columns = zip(*parts, strict=True) if parts else [[nothing]] * 5
    return whole, Counted(*(np.concatenate(list(column)) for column in columns))


def _volumes(found: Earned, number: int, credits: Ints) -> Iterator[tuple[Ints, ...]]:
    for place, volumes in found.volumes.items():
        size = len(volumes.rows)
        yield (
            credits[volumes.rows],
            np.full(size, number),
            np.full(size, place),
            volumes.basis_minor,
            volumes.paid_minor,
        )


def _standings_at_once(paid: Paid, terms: Terms, rows: Rows, chosen: Ints) -> Standings:
    """What counted in the days before each order, by the place of a rule with rolling tiers.

    As `engine.settling.standings_before`: orders of one moment follow each other by reference.
    """
    orders, credits = paid.history.orders, paid.credits
    found = {}
    for place, basis in bases(paid.history, terms, rows).items():
        rule = terms.pay[place]
        assert isinstance(rule, Percent)
        assert rule.tiers is not None
        assert isinstance(rule.tiers.period, Rolling)
        at, whose = orders["at"][rows.order], credits.partnership[chosen]
        by_time = np.lexsort((orders["reference"][rows.order], at, whose))
        measured = (basis > 0).astype(np.int64) if rule.tiers.measure == "orders" else basis
        before = np.zeros(len(at) + 1, np.int64)
        np.cumsum(measured[by_time], out=before[1:])
        here = np.arange(len(at))
        since = _first_within(at[by_time], whose[by_time], rule.tiers.period.days * DAY_US)
        standing = np.zeros(len(at), np.int64)
        standing[by_time] = before[here] - before[since]
        found[place] = standing
    return found


def _first_within(at: Ints, whose: Ints, days_us: int) -> Ints:
    """The first order of the same partnership that is not longer before each one."""
    begins = np.searchsorted(whose, whose, "left")
    found = begins.copy()
    for start in np.unique(begins):
        end = np.searchsorted(whose, whose[start], "right")
        mine = at[start:end]
        found[start:end] = start + np.searchsorted(mine, mine - days_us, "left")
    return found


def _pay_in_turn(paid: Paid, chosen: Ints) -> None:
    """One after the other, as time went."""
    orders, credits = paid.history.orders, paid.credits
    order = credits.order[chosen]
    by_time = np.lexsort((orders["reference"][order], orders["at"][order]))
    members: dict[int, list[Member]] = {}
    versions = {version.agreement: version.terms for version in paid.book.versions}
    for credit in chosen[by_time].tolist():
        mine = members.setdefault(int(credits.partnership[credit]), [])
        entries = [int(credits.entry[credit]), int(credits.also[credit])]
        found = []
        for entry in entries[: 1 if entries[1] == NOBODY else 2]:
            agreement = paid.book.versions[entry].agreement
            at = moment(orders["at"][credits.order[credit]])
            name = order_name(int(orders["reference"][credits.order[credit]]))
            standings = standings_before(at, name, agreement, versions, mine)
            known = _by_clause(standings)
            found.append((entry, known, _alone(paid, credit, entry, known)))
        entry, known, best = max(found, key=lambda one: one[2].amount_minor)
        paid.entry[credit], paid.amount_minor[credit] = entry, best.amount_minor
        paid.standings[credit] = known
        mine.append(member(paid, credit, entry, best))
    paid.singly += len(chosen)


def _by_clause(standings: tuple[Standing, ...]) -> dict[int, int]:
    return {one.clause: one.counted_before for one in standings}


def _alone(paid: Paid, credit: int, entry: int, standings: Mapping[int, int]) -> Earning:
    """What the engine says of one credit, its share taken."""
    credits = paid.credits
    rows = _rows(paid, np.array([credit]))
    order = credits.order[credit]
    begin = int(np.searchsorted(credits.order, order, "left"))
    end = int(np.searchsorted(credits.order, order, "right"))
    given = circumstances(paid.history, rows, 0)._replace(
        standings=standings, weights=tuple(credits.weight[begin:end].tolist()), place=credit - begin
    )
    return earn(paid.history.state(int(order)), paid.book.versions[entry].terms, given)


def member(paid: Paid, credit: int, entry: int, earning: Earning) -> Member:
    history, credits = paid.history, paid.credits
    order = int(credits.order[credit])
    version = paid.book.versions[entry]
    new = int(history.orders["customer"][order])
    shares = [line.denominator for line in earning.lines if line.kind == "share"]
    weights = int(shares[0]) if shares else 1
    return Member(
        order=order_name(int(history.orders["reference"][order])),
        occurred_at=moment(history.orders["at"][order]),
        agreement=version.agreement,
        customer_is_new=None if new < 0 else new == 1,
        event=EVENTS[history.orders["event"][order]],
        amount_minor=earning.amount_minor,
        counts_minor=int(counts_of(history, version.terms.basis).orders[order]),
        lines=earning.lines,
        weight=int(credits.weight[credit]) if weights > 1 else 1,
        weights=weights,
        is_spent=bool(is_spent(history)[order]),
    )
