"""What a month would earn: made-up orders, evaluated and settled as real ones are.

The orders are all alike but for who bought and whether everything came back, and lie evenly in the
month. They name no article, country or code: rules that ask for these are said and left out, as
are bonuses that are paid once, and other partners' shares of a budget.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import isqrt
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning import Circumstances, CommissionLine, Earning, earn
from handsel.engine.money import PPM, round_half_away
from handsel.engine.orders import Fact, OrderFact, OrderLine, OrderState, RefundFact, fold
from handsel.engine.periods import period_of
from handsel.engine.settling import (
    AlsoEarned,
    DayCount,
    DayInputs,
    Member,
    PeriodInputs,
    Settlement,
    settle,
)
from handsel.engine.settling.member import line_of
from handsel.engine.terms import Fixed, Lead, Milestone, Percent, PerClick, Rolling, Terms
from handsel.engine.terms.conditions import Event
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sentences import clause_number, clause_of
from handsel.engine.values import AMOUNT_MINOR_MAX, Value

ORDERS_MAX = 1_000
VISITS_MAX = 1_000_000
AMOUNT_MAX = AMOUNT_MINOR_MAX // (10 * ORDERS_MAX)
NAME = "estimate"
PERIODS: tuple[Calendar, ...] = ("day", "week", "month", "quarter", "year", "ever")

Share = Annotated[int, Field(ge=0, le=PPM)]


class Month(Value):
    """What somebody expects of a month. `order_minor`: goods of one order, without tax."""

    visits: Annotated[int, Field(ge=0, le=VISITS_MAX)]
    buyers_ppm: Share
    order_minor: Annotated[int, Field(ge=1, le=AMOUNT_MAX)]
    new_ppm: Share
    returned_ppm: Share

    @property
    def orders(self) -> int:
        return round_half_away(self.visits * self.buyers_ppm, PPM)


class Sum(NamedTuple):
    """What one clause gives in all. `orders`: how many had such a line, 0 where none did."""

    clause: int
    kind: str
    rate_ppm: int | None
    orders: int
    basis_minor: int | None
    quantity: int | None
    amount_minor: int


class Reached(NamedTuple):
    """A step of tiers, and the day it was reached on."""

    clause: int
    step: int
    rate_ppm: int
    at: datetime


class Estimate(NamedTuple):
    """A month computed. `left_out`: the § of rules that no made-up order meets; `once`: of bonuses
    that are not paid by the month. `sums` add up to the amount."""

    event: Event
    orders: int
    returned: int
    new: int
    sums: tuple[Sum, ...]
    reached: tuple[Reached, ...]
    left_out: tuple[int, ...]
    once: tuple[int, ...]
    amount_minor: int


class _Order(NamedTuple):
    member: Member
    earning: Earning


def likely(orders: int) -> tuple[int, int]:
    """Between how many orders 8 of 10 months lie where that many are expected, by chance alone.

    The number of rare and independent events has the square root of its mean as its deviation
    (Poisson); 1.2816 of these lie to either side of the middle 80 %.

    >>> likely(40), likely(0)
    ((32, 48), (0, 0))
    """
    deviation = isqrt(orders * 12_816**2 * 4) // 10_000
    half = (deviation + 1) // 2
    return max(0, orders - half), orders + half


def estimate(terms: Terms, month: Month, *, at: datetime, orders: int | None = None) -> Estimate:
    """The month that `at` lies in, in the time zone of the terms, with as many orders as it
    expects, or with so many. Raises ValueError for more than ORDERS_MAX expected ones.
    """
    if month.orders > ORDERS_MAX:
        raise ValueError("too many orders")
    total = month.orders if orders is None else orders
    start, end = period_of(at, "month", terms.time_zone)
    agreement = AgreementVersion(
        agreement=NAME, partnership=NAME, number=1, terms=terms, valid_from=start
    )
    event = _event(terms)
    made = list(_orders(terms, month, total, event, start, end)) if event else []
    days = list(_days(terms, month, agreement, start, end))
    settlements = list(_settlements(terms, month, agreement, made, days, start))
    sums = tuple(_sums([order.earning.lines for order in made], days, settlements))
    return Estimate(
        event=event or "sale",
        orders=len(made),
        returned=sum(order.member.is_spent for order in made),
        new=sum(order.member.customer_is_new is True for order in made),
        sums=sums,
        reached=tuple(_reached(terms, [order.member for order in made])),
        left_out=tuple(_left_out(terms, sums, bool(made), bool(month.visits))),
        once=tuple(
            clause_of(terms, "bonuses", place)
            for place, bonus in enumerate(terms.bonuses)
            if not isinstance(bonus, Milestone)
        ),
        amount_minor=sum(one.amount_minor for one in sums),
    )


# ---- The orders ---------------------------------------------------------------------------------


def _event(terms: Terms) -> Event | None:
    """A sale, unless only leads or sign-ups are paid; None where only clicks are."""
    if any(isinstance(rule, Percent | Fixed) for rule in terms.pay):
        return "sale"
    return next((rule.event for rule in terms.pay if isinstance(rule, Lead)), None)


def _orders(  # noqa: PLR0917
    terms: Terms, month: Month, total: int, event: Event, start: datetime, end: datetime
) -> Iterator[_Order]:
    known = dict[tuple[object, ...], tuple[OrderState, Earning]]()
    rolling = _Standings(terms)
    bounds = _bounds(terms)
    of_kind: Counter[bool] = Counter()
    for number in range(total):
        at = start + (end - start) * (2 * number + 1) // (2 * total)
        is_new = _is_next(number, month.new_ppm)
        is_back = _is_next(of_kind[is_new], month.returned_ppm)
        of_kind[is_new] += 1
        before = rolling.before(at)
        place = sum(at >= bound for bound in bounds)
        key = (is_new, is_back, place, tuple(sorted(before.items())))
        if key not in known:
            state = fold(_facts(terms.currency, month.order_minor, event, at, is_new, is_back))
            known[key] = state, earn(state, terms, Circumstances(standings=before))
        state, earning = known[key]
        member = _member(f"{NAME}-{number:04d}", at, state, earning)
        rolling.add(member)
        yield _Order(member, earning)


def _is_next(number: int, share_ppm: int) -> bool:
    """Whether the share, spread evenly, falls on this one, counted from 0."""
    half = PPM // 2
    return (number * share_ppm + share_ppm + half) // PPM > (number * share_ppm + half) // PPM


def _bounds(terms: Terms) -> list[datetime]:
    """The moments at which rules begin or end to hold."""
    boxes = [rule.valid for rule in terms.pay if rule.valid is not None]
    return [at for box in boxes for at in (box.since, box.until) if at is not None]


def _facts(  # noqa: PLR0917 - one order has these
    currency: str, order_minor: int, event: Event, at: datetime, is_new: bool, is_back: bool
) -> list[Fact]:
    moments = dict.fromkeys(("occurred_at", "updated_at", "recorded_at"), at.astimezone(UTC))
    same = {"order": NAME, "source": NAME, "trust": "store", **moments}
    sold = OrderFact.model_validate(
        {
            **same,
            "fact_id": "sale",
            "event_id": "sale",
            "currency": currency,
            "lines": (OrderLine(line_id="1", gross_minor=order_minor),),
            "customer_is_new": is_new,
            "event": event,
        }
    )
    if not is_back:
        return [sold]
    back = RefundFact.model_validate(
        {
            **same,
            "fact_id": "back",
            "event_id": "back",
            "refund": "back",
            "currency": currency,
            "amount_minor": order_minor,
        }
    )
    return [sold, back]


def _member(name: str, at: datetime, state: OrderState, earning: Earning) -> Member:
    counts = next((s.params["amount_minor"] for s in earning.steps if s.code == "counts"), 0)
    return Member(
        order=name,
        occurred_at=at,
        agreement=NAME,
        customer_is_new=state.customer_is_new,
        event=state.event,
        amount_minor=earning.amount_minor,
        counts_minor=int(str(counts)),
        lines=earning.lines,
        is_spent=state.is_spent,
    )


class _Standings:
    """What rolling tiers start from, order after order; at the beginning of the month nothing."""

    def __init__(self, terms: Terms) -> None:
        self.rules = {
            clause_number(place): (rule.tiers.period.days, rule.tiers.measure == "orders")
            for place, rule in enumerate(terms.pay)
            if isinstance(rule, Percent) and rule.tiers and isinstance(rule.tiers.period, Rolling)
        }
        self.counted: dict[int, deque[tuple[datetime, int]]] = defaultdict(deque)
        self.sums: Counter[int] = Counter()

    def before(self, at: datetime) -> dict[int, int]:
        for clause, (days, _by_orders) in self.rules.items():
            counted = self.counted[clause]
            while counted and counted[0][0] < at - timedelta(days=days):
                self.sums[clause] -= counted.popleft()[1]
        return {clause: self.sums[clause] for clause in self.rules}

    def add(self, member: Member) -> None:
        for clause, (_days, by_orders) in self.rules.items():
            line = line_of(member, clause)
            if line is not None:
                volume = 1 if by_orders else line.basis_minor or 0
                self.counted[clause].append((member.occurred_at, volume))
                self.sums[clause] += volume


# ---- Days and periods ---------------------------------------------------------------------------


def _days(
    terms: Terms, month: Month, agreement: AgreementVersion, start: datetime, end: datetime
) -> Iterator[tuple[datetime, Settlement]]:
    """The visits as clicks, evenly over the days; only where clicks are paid."""
    if not month.visits or not any(isinstance(rule, PerClick) for rule in terms.pay):
        return
    zone = ZoneInfo(terms.time_zone)
    first, last = start.astimezone(zone).date(), (end - timedelta(hours=12)).astimezone(zone).date()
    total = (last - first).days + 1
    for number in range(total):
        clicks = month.visits * (number + 1) // total - month.visits * number // total
        inputs = DayInputs(
            partnership=NAME,
            link=NAME,
            day=first + timedelta(days=number),
            agreements=(agreement,),
            counts=(DayCount(agreement=NAME, clicks=clicks),),
        )
        yield start + timedelta(days=number, hours=12), settle(inputs)


def _settlements(  # noqa: PLR0917
    terms: Terms,
    month: Month,
    agreement: AgreementVersion,
    orders: Sequence[_Order],
    days: Sequence[tuple[datetime, Settlement]],
    start: datetime,
) -> Iterator[Settlement]:
    """Each period that the terms speak of, the shorter first, as caps look at what was earned in
    them."""
    also = [(at, _also("day", day)) for at, day in days]
    for calendar in PERIODS:
        if calendar not in _spoken_of(terms):
            continue
        held: dict[tuple[datetime, datetime], list[Member]] = defaultdict(list)
        for order in orders:
            held[period_of(order.member.occurred_at, calendar, terms.time_zone)].append(
                order.member
            )
        if not held:
            held[period_of(start, calendar, terms.time_zone)] = []
        done = []
        for (since, until), members in held.items():
            inputs = PeriodInputs(
                partnership=NAME,
                period=calendar,
                start=since,
                end=until,
                agreements=(agreement,),
                members=tuple(members),
                clicks=month.visits // len(held),
                also=tuple(earned for at, earned in also if since <= at < until),
            )
            settlement = settle(inputs)
            done.append((max(since, start), _also("period", settlement)))
            yield settlement
        also += done


def _also(kind: str, settlement: Settlement) -> AlsoEarned:
    return AlsoEarned.model_validate(
        {
            "kind": kind,
            "subject": settlement.subject,
            "agreement": NAME,
            "amount_minor": settlement.amount_minor,
        }
    )


def _spoken_of(terms: Terms) -> set[Calendar]:
    tiers = [rule.tiers for rule in terms.pay if isinstance(rule, Percent) and rule.tiers]
    found: list[Calendar | Rolling | None] = [one.period for one in tiers]
    found += [bonus.period for bonus in terms.bonuses if isinstance(bonus, Milestone)]
    found += [cap.period for cap in terms.caps]
    found += [floor.period for floor in terms.floors]
    return {one for one in found if isinstance(one, str)}


# ---- The sums -----------------------------------------------------------------------------------


def _sums(
    orders: Sequence[Sequence[CommissionLine]],
    days: Sequence[tuple[datetime, Settlement]],
    settlements: Sequence[Settlement],
) -> Iterator[Sum]:
    """Lines of one rule put together: those of orders, then days, then periods."""
    yield from _added([line for lines in orders for line in lines], of_orders=True)
    yield from _added([line for _at, day in days for line in day.lines])
    yield from _added([line for settlement in settlements for line in settlement.lines])


def _added(lines: Sequence[CommissionLine], *, of_orders: bool = False) -> Iterator[Sum]:
    found: dict[tuple[int, str], list[CommissionLine]] = defaultdict(list)
    for line in lines:
        found[line.clause, line.kind].append(line)
    for (clause, kind), same in sorted(found.items()):
        rates = {line.rate_ppm for line in same}
        bases = [line.basis_minor for line in same if line.basis_minor is not None]
        numbers = [line.quantity for line in same if line.quantity is not None]
        yield Sum(
            clause=clause,
            kind=kind,
            rate_ppm=rates.pop() if len(rates) == 1 else None,
            orders=sum(line.amount_minor != 0 for line in same) if of_orders else 0,
            basis_minor=sum(bases) if bases else None,
            quantity=sum(numbers) if numbers else None,
            amount_minor=sum(line.amount_minor for line in same),
        )


def _reached(terms: Terms, members: Sequence[Member]) -> Iterator[Reached]:
    """When each step of tiers was reached for the first time."""
    for place, rule in enumerate(terms.pay):
        if not isinstance(rule, Percent) or rule.tiers is None:
            continue
        clause, by_orders = clause_number(place), rule.tiers.measure == "orders"
        volume, left = 0, sorted(enumerate(rule.tiers.steps, start=1), key=lambda one: one[1].start)
        for member in members:
            line = line_of(member, clause)
            if line is not None:
                volume += 1 if by_orders else line.basis_minor or 0
            while left and volume >= left[0][1].start:
                number, step = left.pop(0)
                yield Reached(clause, number, step.rate_ppm, member.occurred_at)


def _left_out(
    terms: Terms, sums: Sequence[Sum], has_orders: bool, has_visits: bool
) -> Iterator[int]:
    """Rules that pay, and gave nothing for want of what they ask for."""
    given = {one.clause for one in sums}
    for place, rule in enumerate(terms.pay):
        asked = has_visits if isinstance(rule, PerClick) else has_orders
        if asked and rule.kind != "excluded" and clause_number(place) not in given:
            yield clause_number(place)
