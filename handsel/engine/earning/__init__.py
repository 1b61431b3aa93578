"""What an order earns under terms, with every sum written down as it is done.

1. What counts of each article and of shipping (`Basis`), from what is left after refunds.
2. Each article is paid by one percent rule, the most specific that it meets; shipping, where it
   counts, by the most specific one that is met without an article. What an exclusion meets earns
   nothing by percent or per item.
3. A percent rule pays its rate of the sum of its articles, rounded once, half away from zero. With
   rolling tiers the rate follows from what counted in the days before. With tiers of a calendar
   period it pays its own rate, and the period is settled later (`engine.settling`).
4. Every fixed rule that is met pays its amount until nothing it asks for is left; per item: for
   each piece of which anything is left. A lead or a sign-up is paid by its most specific rule.
5. The sum is raised to the floor per order, if it earns anything, and taken down to the cap; that
   of a lead, too.
6. Of an order that several partners share, the partner's part is left.

A rule that names no event pays sales and renewals. Renewals are paid as `Recurring` says.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handsel.engine.earning.bounds import bounds, share
from handsel.engine.earning.conditions import Asked, Circumstances, Unmet
from handsel.engine.earning.counted import counted, counted_steps
from handsel.engine.earning.line import CommissionLine, Earning, LineKind
from handsel.engine.earning.renewals import renewal_unpaid
from handsel.engine.earning.rules import Outcome, outcomes, said
from handsel.engine.orders import OrderState, WrongCurrency
from handsel.engine.terms import Terms
from handsel.engine.values import Step

__all__ = [
    "Circumstances",
    "CommissionLine",
    "Earning",
    "LineKind",
    "Unmet",
    "earn",
    "hold_until",
]

ALONE = Circumstances()


def earn(state: OrderState, terms: Terms, given: Circumstances = ALONE) -> Earning:
    """What an order earns under terms, whoever is credited.

    Raises WrongCurrency when the order is in another currency than the terms.
    """
    if state.currency != terms.currency:
        raise WrongCurrency(
            f"Order {state.order} is in {state.currency}, the terms are in {terms.currency}.",
            field="currency",
            remedy="Report orders in the currency of the program's terms.",
            params={"currency": state.currency, "expected": terms.currency},
        )
    counts = counted(state, terms.basis)
    if state.country:
        given = given._replace(country=state.country)
    unpaid = renewal_unpaid(state, terms)
    found: list[Outcome] = (
        [unpaid] if unpaid else list(outcomes(terms, Asked(state, given), counts))
    )
    lines = [outcome for outcome in found if isinstance(outcome, CommissionLine)]
    if terms.floors or terms.caps:
        found += _added(lines, bounds(terms, _sum_minor(lines)))
    if len(given.weights) > 1:
        found += _added(lines, share(given.weights, given.place, _sum_minor(lines)))
    amount_minor = _sum_minor(lines)
    steps = (
        *counted_steps(state, terms.basis, counts),
        *(outcome if isinstance(outcome, Step) else said(outcome) for outcome in found),
        Step(code="total", params={"amount_minor": amount_minor, "currency": state.currency}),
    )
    return Earning(
        amount_minor=amount_minor, currency=state.currency, lines=tuple(lines), steps=steps
    )


def _added(lines: list[CommissionLine], more: Iterable[CommissionLine]) -> list[CommissionLine]:
    new = list(more)
    lines += new
    return new


def _sum_minor(lines: Iterable[CommissionLine]) -> int:
    return sum(line.amount_minor for line in lines)


def hold_until(state: OrderState, terms: Terms) -> datetime | None:
    """When the hold ends; None while it waits for a delivery that was not reported yet."""
    start = state.occurred_at if terms.hold.starts == "order" else state.delivered_at
    return start and start + timedelta(days=terms.hold.days)
