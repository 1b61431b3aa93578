"""Budgets of programs: spent in the order of the orders' times, whoever's they are."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, get_args

import numpy as np

from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import Period, period_of
from handsel.engine.replay.history import microseconds, moment, order_name
from handsel.engine.replay.paying import Paid
from handsel.engine.settling import BudgetSpent, Rest, Spending, spent
from handsel.engine.terms import Cap, Terms, clause_of
from handsel.engine.terms.pay import Calendar

if TYPE_CHECKING:
    from handsel.engine.replay.settling import Group

_CALENDARS: tuple[Calendar, ...] = get_args(Calendar)


def has_budget(terms: Terms) -> bool:
    return any(cap.per == "program" for cap in terms.caps)


class Budgets:
    """What of each budget was left, by period; each is looked up once."""

    def __init__(self, paid: Paid, since: datetime, until: datetime) -> None:
        self.paid, self.since, self.until = paid, since, until
        self._rests: dict[tuple[int, Period], Mapping[tuple[str, str], Rest]] = {}

    def spent(self, group: "Group", calendar: Calendar, zone: str) -> tuple[BudgetSpent, ...]:
        """The budgets of a period's versions that were spent, of its calendar and of longer
        ones."""
        book, partnerships = self.paid.book, self.paid.history.partnerships
        found: dict[tuple[str, int], BudgetSpent] = {}
        for entry in group.entries:
            version = book.versions[entry]
            for place, cap, budget_calendar in _budgets(version):
                if _CALENDARS.index(budget_calendar) < _CALENDARS.index(calendar):
                    continue
                period = period_of(moment(group.begin), budget_calendar, zone)
                rests = self._of(cap.amount_minor, period)
                rest = rests.get((partnerships[group.partnership], version.agreement))
                if rest is not None:
                    clause = clause_of(version.terms, "caps", place)
                    found[version.agreement, clause] = BudgetSpent(
                        agreement=version.agreement,
                        clause=clause,
                        at=rest.at,
                        rest_minor=rest.rest_minor,
                    )
        return tuple(found[name] for name in sorted(found))

    def _of(self, budget_minor: int, period: Period) -> Mapping[tuple[str, str], Rest]:
        key = budget_minor, period
        if key not in self._rests:
            self._rests[key] = self._read(budget_minor, period)
        return self._rests[key]

    def _read(self, budget_minor: int, period: Period) -> Mapping[tuple[str, str], Rest]:
        paid = self.paid
        at = paid.history.orders["at"][paid.credits.order]
        begin = microseconds(max(period[0], self.since))
        end = microseconds(min(period[1], self.until))
        rows = np.flatnonzero((at >= begin) & (at < end) & (paid.amount_minor > 0))
        if int(paid.amount_minor[rows].sum()) <= budget_minor:
            return {}
        return spent(budget_minor, map(self._spending, rows.tolist()))

    def _spending(self, credit: int) -> Spending:
        paid, orders = self.paid, self.paid.history.orders
        order = paid.credits.order[credit]
        return Spending(
            moment(orders["at"][order]),
            order_name(int(orders["reference"][order])),
            paid.history.partnerships[paid.credits.partnership[credit]],
            paid.book.versions[paid.entry[credit]].agreement,
            int(paid.amount_minor[credit]),
        )


def _budgets(version: AgreementVersion) -> Iterator[tuple[int, Cap, Calendar]]:
    for place, cap in enumerate(version.terms.caps):
        if cap.per == "program" and cap.period:
            yield place, cap, cap.period
