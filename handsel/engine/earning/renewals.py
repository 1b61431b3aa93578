"""Which renewals of a subscription are paid at all: so many, or for so many months."""

from typing import Literal

from handsel.engine.orders import OrderState
from handsel.engine.periods import months_after
from handsel.engine.terms import Recurring, Terms
from handsel.engine.terms.sentences import clause_of
from handsel.engine.values import Step

EVERY = Recurring()
Unpaid = Literal["payments_max", "months_max", "number_unknown", "start_unknown"]


def renewal_unpaid(state: OrderState, terms: Terms) -> Step | None:
    """Why a renewal earns nothing, where it does not; what is not known is not paid.

    `months_max` months from the first order on, in the time zone of the terms; the last instant is
    not included.
    """
    recurring = terms.recurring
    if state.event != "renewal" or recurring == EVERY:
        return None
    reason = _number_unpaid(state, recurring) or _time_unpaid(state, terms)
    if not reason:
        return None
    clause = clause_of(terms, "recurring") if reason else 0
    clause = clause_of(terms, "recurring")
    return Step(code="renewal_not_paid", params={"clause": clause, "reason": reason})


def _number_unpaid(state: OrderState, recurring: Recurring) -> Unpaid | None:
    if recurring.payments_max is None:
        return None
    if state.renewal == 0 and recurring.payments_max > 0:
        return "number_unknown"
    is_paid = 0 < state.renewal <= recurring.payments_max
    return None if is_paid else "payments_max"


def _time_unpaid(state: OrderState, terms: Terms) -> Unpaid | None:
    if terms.recurring.months_max is None:
        return None
    if state.renews_at is None:
        return "start_unknown"
    end = months_after(state.renews_at, terms.recurring.months_max, terms.time_zone)
    return None if state.occurred_at < end else "months_max"
