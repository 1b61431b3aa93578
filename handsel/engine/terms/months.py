"""Several orders on a sheet, and what their months and other periods add to them.

All are credited to one partner alone, under one version of terms. Budgets of a whole program are
left out: other partners spend them too.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning import Earning
from handsel.engine.periods import EARLIEST, period_of
from handsel.engine.settling import AlsoEarned, Member, PeriodInputs, Settlement, settle
from handsel.engine.settling.period import CALENDARS
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Calendar, Milestone, Percent, Rolling
from handsel.engine.terms.sheet import OrderSheet, earned, state_of
from handsel.engine.values import Value

PARTNER = AGREEMENT = "sheet"


class OrdersSheet(Value):
    """Orders of one partner; for rolling tiers each says itself what counted before it."""

    orders: Annotated[tuple[OrderSheet, ...], Field(min_length=1, max_length=10_000)]


class Computed(NamedTuple):
    """What each order earns, and the settlements of their periods, the shortest first."""

    earnings: tuple[Earning, ...]
    settlements: tuple[Settlement, ...]

    @property
    def total_minor(self) -> int:
        at_once_minor = sum(earning.amount_minor for earning in self.earnings)
        return at_once_minor + sum(found.amount_minor for found in self.settlements)


def computed(terms: Terms, sheet: OrdersSheet) -> Computed:
    """Raises WrongCurrency, and what `fold` raises."""
    earnings = tuple(earned(terms, order) for order in sheet.orders)
    members = [
        _member(number, order, earning)
        for number, (order, earning) in enumerate(zip(sheet.orders, earnings, strict=True), start=1)
    ]
    settlements: list[Settlement] = []
    also: list[tuple[datetime, AlsoEarned]] = []
    for calendar in CALENDARS:
        if calendar not in _calendars(terms):
            continue
        for inputs in _periods(terms, calendar, members, also):
            found = settle(inputs)
            settlements.append(found)
            also.append((inputs.start, _also(found)))
    return Computed(earnings, tuple(settlements))


def _member(number: int, order: OrderSheet, earning: Earning) -> Member:
    [counts] = [step.params["amount_minor"] for step in earning.steps if step.code == "counts"]
    return Member(
        order=str(number),
        occurred_at=order.occurred_at,
        agreement=AGREEMENT,
        customer_is_new=order.customer_is_new,
        event=order.event,
        amount_minor=earning.amount_minor,
        counts_minor=int(str(counts)),
        lines=earning.lines,
        is_spent=state_of(order).is_spent,
    )


def _calendars(terms: Terms) -> set[Calendar]:
    """The periods after which something is settled."""
    tiers = [rule.tiers for rule in terms.pay if isinstance(rule, Percent) and rule.tiers]
    limits = [cap.period for cap in terms.caps if cap.per == "partner"]
    limits += [floor.period for floor in terms.floors]
    milestones = [bonus.period for bonus in terms.bonuses if isinstance(bonus, Milestone)]
    calendars = [one.period for one in tiers if not isinstance(one.period, Rolling)]
    return {period for period in (*limits, *milestones, *calendars) if period is not None}


def _periods(
    terms: Terms,
    calendar: Calendar,
    members: list[Member],
    also: list[tuple[datetime, AlsoEarned]],
) -> Iterator[PeriodInputs]:
    """The periods that have orders, each with what shorter ones within it have added."""
    grouped: defaultdict[tuple[datetime, datetime], list[Member]] = defaultdict(list)
    for member in members:
        grouped[period_of(member.occurred_at, calendar, terms.time_zone)].append(member)
    for (start, end), orders in sorted(grouped.items()):
        yield PeriodInputs(
            partnership=PARTNER,
            period=calendar,
            start=start,
            end=end,
            agreements=(_agreement(terms),),
            members=tuple(orders),
            also=tuple(one for at, one in also if start <= at < end),
        )


def _also(found: Settlement) -> AlsoEarned:
    return AlsoEarned(
        kind="period", subject=found.subject, agreement=AGREEMENT, amount_minor=found.amount_minor
    )


def _agreement(terms: Terms) -> AgreementVersion:
    return AgreementVersion(
        agreement=AGREEMENT, partnership=PARTNER, number=1, terms=terms, valid_from=EARLIEST
    )
