"""Periods and days of a replayed history: tiers, milestones, floors, caps, clicks.

As `engine.settling`, in this order, the shorter periods first, since caps and floors of a longer
one look at them. A period whose orders are all of one version and of one partner each is computed
with all others like it; any other goes through the engine.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

import numpy as np

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning.tiers import bands
from handsel.engine.money import PPM, round_half_away
from handsel.engine.periods import period_of
from handsel.engine.replay.book import FOR_EVER
from handsel.engine.replay.budgets import Budgets, has_budget
from handsel.engine.replay.counting import counts_of, is_spent, round_away
from handsel.engine.replay.earning import VOLUME_MAX, marginal_ppm, rates_at
from handsel.engine.replay.history import EVENTS, Column, Ints, microseconds, moment
from handsel.engine.replay.paying import Paid
from handsel.engine.settling import (
    AlsoEarned,
    DayCount,
    DayInputs,
    PeriodInputs,
)
from handsel.engine.settling.day import settle_day
from handsel.engine.settling.period import settle_period
from handsel.engine.terms import (
    Milestone,
    Percent,
    PerClick,
    PerThousand,
    Rolling,
    Terms,
)
from handsel.engine.terms.pay import Calendar

CALENDARS: tuple[Calendar, ...] = get_args(Calendar)
_LEAD = EVENTS.index("lead")
_SALES = [EVENTS.index("sale"), EVENTS.index("renewal")]


class Settled(NamedTuple):
    """One amount beside those of orders; `counted_at` is the last moment of it that was looked
    at, `start` where its period or day begins."""

    partnership: int
    start: int
    counted_at: int
    agreement: int
    amount_minor: int


@dataclass(slots=True)
class Settlements:
    """`singly`: how many the engine settled one by one."""

    found: list[Settled]
    singly: int = 0


def uses(terms: Terms, calendar: Calendar) -> bool:
    """Whether terms have something that is settled with this period."""
    tiers = (rule.tiers for rule in terms.pay if isinstance(rule, Percent))
    return (
        any(one is not None and one.period == calendar for one in tiers)
        or any(isinstance(one, Milestone) and one.period == calendar for one in terms.bonuses)
        or any(cap.period == calendar for cap in terms.caps)
        or any(floor.period == calendar for floor in terms.floors)
    )


def settle_all(paid: Paid, since: datetime, until: datetime) -> Settlements:
    """Everything that is settled within these dates: of periods that reach beyond them, what lies
    within."""
    span = Span(paid, since, until)
    result = Settlements(span.days())
    result.singly += span.days_singly
    for calendar in CALENDARS:
        result.found += _settled(span, calendar, result)
    return result


class Group(NamedTuple):
    """One period of one partnership, from `begin` to `end` (excluded), the orders in it that lie
    within the dates, the entries that matter, and what else was earned in it."""

    partnership: int
    begin: int
    end: int
    credits: Ints
    entries: Sequence[int]
    also: Sequence[Settled]


class Span:
    """The dates that are replayed, and what of the history lies within them."""

    def __init__(self, paid: Paid, since: datetime, until: datetime) -> None:
        self.paid, self.since, self.until = paid, since, until
        self.days_singly = 0
        self.budgets = Budgets(paid, since, until)
        at = paid.history.orders["at"][paid.credits.order]
        within = (at >= microseconds(since)) & (at < microseconds(until))
        self.credits = np.flatnonzero(within)
        self.at = at

    @cached_property
    def entries(self) -> dict[int, list[int]]:
        """The entries of each partnership."""
        found: dict[int, list[int]] = defaultdict(list)
        for place, partnership in enumerate(self.paid.book.partnership.tolist()):
            found[partnership].append(place)
        return found

    @cached_property
    def zones(self) -> dict[int, str]:
        """Days and months of a partnership begin where its last version says."""
        versions = self.paid.book.versions
        return {
            partnership: versions[max(mine, key=lambda at: versions[at].number)].terms.time_zone
            for partnership, mine in self.entries.items()
        }

    def in_force(self, entry: int, begin: int, end: int) -> bool:
        version = self.paid.book.versions[entry]
        until = version.valid_until
        starts = microseconds(version.valid_from)
        return starts < end and (until is None or microseconds(until) > begin)

    def groups(
        self,
        calendar: Calendar,
        partnerships: Iterable[int],
        also: Mapping[int, Sequence[Settled]],
    ) -> Iterator[Group]:
        """Periods in which an agreement was in force, or something was earned under one."""
        credits, agreement = self.credits, self.paid.book.agreement
        whose = self.paid.credits.partnership[credits]
        by_time = np.lexsort((self.at[credits], whose))
        credits, whose = credits[by_time], whose[by_time]
        bounds = {
            zone: boundaries(calendar, zone, self.since, self.until)
            for zone in {self.zones[one] for one in partnerships}
        }
        for partnership in partnerships:
            begin, end = np.searchsorted(whose, [partnership, partnership + 1])
            mine = credits[begin:end]
            edges = bounds[self.zones[partnership]]
            cuts = np.searchsorted(self.at[mine], edges)
            for number, (start, stop) in enumerate(pairwise(edges)):
                members = mine[cuts[number] : cuts[number + 1]]
                named = {int(agreement[self.paid.entry[one]]) for one in members}
                entries = [
                    entry
                    for entry in self.entries[partnership]
                    if int(agreement[entry]) in named or self.in_force(entry, start, stop)
                ]
                known = {int(agreement[entry]) for entry in entries}
                earlier = [
                    one
                    for one in also.get(partnership, ())
                    if start <= one.start < stop and one.agreement in known
                ]
                if entries:
                    yield Group(partnership, start, stop, members, entries, earlier)

    def days(self) -> list[Settled]:
        """What clicks and impressions earned, by partnership, link and day."""
        paying = [_pays_by_day(terms) for terms in self.paid.book.terms]
        if not any(paying) or not self.paid.history.clicks.size:
            return []
        book, clicks = self.paid.book, self.paid.history.clicks
        at, whose = clicks["at"], clicks["partnership"].astype(np.int64)
        entry = book.at(whose, at)
        within = (at >= microseconds(self.since)) & (at < microseconds(self.until)) & (entry >= 0)
        within[within] &= np.array(paying)[book.terms_of[entry[within]]]
        days: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        edges = {
            zone: boundaries("day", zone, self.since, self.until)
            for zone in set(self.zones.values())
        }
        for row in np.flatnonzero(within).tolist():
            partnership = int(whose[row])
            mine = edges[self.zones[partnership]]
            begin = mine[np.searchsorted(mine, at[row], "right") - 1]
            days[partnership, int(clicks["link"][row]), int(begin)].append(row)
        return [
            self._day(partnership, link, begin, rows, entry)
            for (partnership, link, begin), rows in sorted(days.items())
        ]

    def _day(
        self, partnership: int, link: int, begin: int, rows: Sequence[int], entry: Ints
    ) -> Settled:
        history, book = self.paid.history, self.paid.book
        counts: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for row in rows:
            said = [history.names[history.clicks[name][row]] for name in _SAID]
            count = counts[book.versions[entry[row]].agreement, said[0], said[1], said[2]]
            count[0] += int(history.clicks["clicks"][row])
            count[1] += int(history.clicks["impressions"][row])
        zone = self.zones[partnership]
        day = moment(begin).astimezone(ZoneInfo(zone)).date()
        named = {key[0] for key in counts}
        found = settle_day(
            DayInputs(
                partnership=history.partnerships[partnership],
                link=history.names[link],
                day=day,
                agreements=tuple(
                    in_zone(book.versions[one], zone)
                    for one in self.entries[partnership]
                    if book.versions[one].agreement in named
                ),
                counts=tuple(
                    DayCount(
                        agreement=key[0],
                        country=key[1],
                        device=key[2],
                        source=key[3],
                        clicks=count[0],
                        impressions=count[1],
                    )
                    for key, count in sorted(counts.items())
                ),
            )
        )
        self.days_singly += 1
        agreement = book.number_of(found.agreement)
        return Settled(partnership, begin, begin, agreement, found.amount_minor)


_SAID = ("country", "device", "source")


def in_zone(version: AgreementVersion, zone: str) -> AgreementVersion:
    """The version, its days and months beginning where the last one's do."""
    if version.terms.time_zone == zone:
        return version
    return version.model_copy(
        update={"terms": version.terms.model_copy(update={"time_zone": zone})}
    )


def _pays_by_day(terms: Terms) -> bool:
    return any(isinstance(rule, PerClick | PerThousand) for rule in terms.pay)


def boundaries(calendar: Calendar, zone: str, since: datetime, until: datetime) -> list[int]:
    """Where the periods that these dates touch begin, and where the last one ends."""
    at = since
    found = []
    while at < until:
        start, end = period_of(at, calendar, zone)
        found.append(microseconds(start))
        at = end
    return [*found, microseconds(at)]


def _settled(span: Span, calendar: Calendar, result: Settlements) -> list[Settled]:
    book = span.paid.book
    using = [uses(terms, calendar) for terms in book.terms]
    concerned = {
        int(book.partnership[place])
        for place, terms in enumerate(book.terms_of.tolist())
        if using[terms]
    }
    if not concerned:
        return []
    also: dict[int, list[Settled]] = defaultdict(list)
    for one in result.found:
        also[one.partnership].append(one)
    alike: dict[int, list[Group]] = defaultdict(list)
    found = []
    for group in span.groups(calendar, sorted(concerned), also):
        if _is_simple(span, group):
            alike[int(book.terms_of[group.entries[0]])].append(group)
        else:
            found.append(_by_engine(span, calendar, group))
            result.singly += 1
    for number, groups in alike.items():
        if using[number]:
            found += _Alike(span, calendar, number, groups).settled()
    return [one for one in found if one.amount_minor]


def _is_simple(span: Span, group: Group) -> bool:
    """Whether everything in the period is of one version, of this partner alone, and no program's
    budget matters to it."""
    book = span.paid.book
    agreements = {int(book.agreement[entry]) for entry in group.entries}
    return (
        len(agreements) == 1
        and not span.paid.apart[group.credits].any()
        and not has_budget(book.versions[group.entries[0]].terms)
    )


def _by_engine(span: Span, calendar: Calendar, group: Group) -> Settled:
    paid = span.paid
    zone = span.zones[group.partnership]
    begin, end = period_of(moment(group.begin), calendar, zone)
    found = settle_period(
        PeriodInputs(
            partnership=paid.history.partnerships[group.partnership],
            period=calendar,
            start=begin,
            end=end,
            agreements=tuple(in_zone(paid.book.versions[one], zone) for one in group.entries),
            members=tuple(paid.member(int(credit)) for credit in group.credits),
            spent=span.budgets.spent(group, calendar, zone),
            clicks=_clicks(span, [group])[0],
            also=tuple(
                AlsoEarned(
                    kind="period",
                    subject=f"{place}",
                    agreement=paid.book.names[one.agreement],
                    amount_minor=one.amount_minor,
                )
                for place, one in enumerate(group.also)
            ),
        )
    )
    agreement = paid.book.number_of(found.agreement)
    return Settled(
        group.partnership, group.begin, _counted_at(span, group), agreement, found.amount_minor
    )


def _counted_at(span: Span, group: Group) -> int:
    return min(group.end, microseconds(span.until)) - 1


def _clicks(span: Span, groups: Sequence[Group]) -> list[int]:
    """Clicks that counted within the dates, by group."""
    clicks = span.paid.history.clicks
    if not clicks.size:
        return [0] * len(groups)
    by_time = np.lexsort((clicks["at"], clicks["partnership"]))
    whose, at = clicks["partnership"][by_time], clicks["at"][by_time]
    sums = np.append(0, np.cumsum(clicks["clicks"][by_time]))
    found = []
    for group in groups:
        first, last = np.searchsorted(whose, [group.partnership, group.partnership + 1])
        begin = max(group.begin, microseconds(span.since))
        end = min(group.end, microseconds(span.until))
        low, high = first + np.searchsorted(at[first:last], [begin, end])
        found.append(int(sums[high] - sums[low]))
    return found


class _Alike:
    """Periods of one version each, all with the same terms."""

    def __init__(
        self,
        span: Span,
        calendar: Calendar,
        number: int,
        groups: Sequence[Group],
    ) -> None:
        self.span, self.calendar, self.groups = span, calendar, groups
        self.terms = span.paid.book.terms[number]
        self.number = number
        self.credits = np.concatenate([group.credits for group in groups])
        sizes = [len(group.credits) for group in groups]
        self.of = np.repeat(np.arange(len(groups)), sizes)
        self.orders_minor = self._sum(span.paid.amount_minor[self.credits])
        self.also_minor = np.array(
            [sum(one.amount_minor for one in group.also) for group in groups], np.int64
        )

    def settled(self) -> list[Settled]:
        tiers_minor = self._tiers()
        before = self.orders_minor + self.also_minor
        own = before + tiers_minor + self._milestones(tiers_minor)
        floors = [one.amount_minor for one in self.terms.floors if one.period == self.calendar]
        if floors:
            own = np.maximum(own, max(floors))
        caps = [
            one.amount_minor
            for one in self.terms.caps
            if one.per == "partner" and one.period == self.calendar
        ]
        if caps:
            own = np.minimum(own, min(caps))
        book = self.span.paid.book
        return [
            Settled(
                group.partnership,
                group.begin,
                _counted_at(self.span, group),
                int(book.agreement[group.entries[0]]),
                amount_minor,
            )
            for group, amount_minor in zip(self.groups, (own - before).tolist(), strict=True)
        ]

    def _sum(self, values: Column) -> Ints:
        found = np.zeros(len(self.groups), np.int64)
        np.add.at(found, self.of, values)
        return found

    def _tiers(self) -> Ints:
        """What the reached rates pay, less what the orders were paid already."""
        found = np.zeros(len(self.groups), np.int64)
        group_of = np.full(len(self.span.paid.credits), -1)
        group_of[self.credits] = self.of
        counted = self.span.paid.counted
        for place, rule in enumerate(self.terms.pay):
            if not isinstance(rule, Percent) or rule.tiers is None:
                continue
            if isinstance(rule.tiers.period, Rolling) or rule.tiers.period != self.calendar:
                continue
            mine = (counted.terms == self.number) & (counted.place == place)
            mine &= group_of[counted.credit] >= 0
            credit = counted.credit[mine]
            of, basis = group_of[credit], counted.basis_minor[mine]
            np.subtract.at(found, of, counted.paid_minor[mine])
            found += _reached(rule, self._in_time(credit, of), of, basis, len(self.groups))
        return found

    def _in_time(self, credit: Ints, of: Ints) -> Ints:
        """The number of each order among those of its period."""
        paid = self.span.paid
        order = paid.credits.order[credit]
        orders = paid.history.orders
        by_time = np.lexsort((orders["reference"][order], orders["at"][order], of))
        number = np.zeros(len(credit), np.int64)
        sorted_of = of[by_time]
        begins = np.searchsorted(sorted_of, sorted_of, "left")
        number[by_time] = np.arange(len(credit)) - begins + 1
        return number

    def _milestones(self, tiers_minor: Ints) -> Ints:
        found = np.zeros(len(self.groups), np.int64)
        for bonus in self.terms.bonuses:
            if isinstance(bonus, Milestone) and bonus.period == self.calendar:
                times = np.maximum(self._measured(bonus, tiers_minor), 0) // bonus.reaches
                times = times if bonus.every else np.minimum(times, 1)
                found += times * bonus.amount_minor
        return found

    def _measured(self, bonus: Milestone, tiers_minor: Ints) -> Ints:
        if bonus.measure == "clicks":
            return np.array(_clicks(self.span, self.groups), np.int64)
        paid = self.span.paid
        order = paid.credits.order[self.credits]
        at, event = self.span.at[self.credits], paid.history.orders["event"][order]
        since = microseconds(bonus.valid.since) if bonus.valid and bonus.valid.since else -FOR_EVER
        until = microseconds(bonus.valid.until) if bonus.valid and bonus.valid.until else FOR_EVER
        within = (at >= since) & (at < until)
        if bonus.measure == "basis":
            counts = counts_of(paid.history, self.terms.basis).orders[order]
            return self._sum(np.where(within, counts, 0))
        if bonus.measure == "commission":
            amounts = self._sum(np.where(within, paid.amount_minor[self.credits], 0))
            return amounts + tiers_minor if bonus.valid is None else amounts
        counting = within & ~is_spent(paid.history)[order]
        if bonus.measure == "leads":
            return self._sum(counting & (event == _LEAD))
        counting &= np.isin(event, _SALES)
        if bonus.measure == "new_customers":
            counting &= paid.history.orders["customer"][order] == 1
        return self._sum(counting)


def _reached(rule: Percent, number: Ints, of: Ints, basis: Ints, groups: int) -> Ints:
    """What the rates that are reached pay each period."""
    assert rule.tiers is not None
    table = bands(rule)
    if rule.tiers.measure == "orders":
        orders = np.bincount(of, minlength=groups)
        volume = number if rule.tiers.mode == "marginal" else orders[of]
        exact = _sum_exactly(of, basis * rates_at(table, volume), groups)
        return np.array([round_half_away(int(one), PPM) for one in exact], np.int64)
    volumes = np.zeros(groups, np.int64)
    np.add.at(volumes, of, basis)
    if volumes.max(initial=0) >= VOLUME_MAX:
        volumes = volumes.astype(object)
        rates = np.array([int(rates_at(table, np.array([one]))[0]) for one in volumes], object)
    else:
        rates = rates_at(table, volumes)
    if rule.tiers.mode == "retroactive":
        return round_away(rates * volumes, PPM).astype(np.int64)
    return round_away(marginal_ppm(table, volumes), PPM).astype(np.int64)


def _sum_exactly(of: Ints, values: Ints, groups: int) -> Column:
    """Sums of amounts times ppm may not fit into 64 bits: millions and the rest apart."""
    high, low = np.divmod(values, PPM)
    highs, lows = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    np.add.at(highs, of, high)
    np.add.at(lows, of, low)
    found: Column = highs.astype(object) * PPM + lows.astype(object)
    return found
