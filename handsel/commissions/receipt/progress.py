"""Where a commission is now, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handsel.commissions.models import Commission
from handsel.engine.orders import OrderState

Status = Commission.Status
# What these are for cannot be sent back.
DONE_ALREADY = frozenset({Commission.Kind.BONUS, Commission.Kind.MANUAL})


@dataclass(frozen=True, slots=True)
class Checks:
    """What was, or is being, looked at before it is approved. `awaits_returns`: its hold is there
    for what may still be sent back."""

    awaits_returns: bool
    hold_until: datetime | None
    delivered_at: datetime | None
    refunded_minor: int
    cancelled_at: datetime | None
    is_verified: bool
    is_provisional: bool
    withheld_at: datetime | None
    approved_at: datetime | None
    declined_at: datetime | None
    reversed_at: datetime | None
    reversed_because: str


@dataclass(frozen=True, slots=True)
class Way:
    """How far the payout is that carries the commission: approved for it is, and perhaps paid."""

    queued_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stage:
    """`counted`, `withheld`, `approved`, `declined`, `reversed`, `in_payout`, `on_its_way` or
    `paid`. `at` is when it was reached, or is expected to be; None where that is not known."""

    code: str
    state: Literal["done", "now", "later"]
    at: datetime | None


def checks_of(commission: Commission, state: OrderState | None) -> Checks:
    """Without an order nothing is delivered, and nothing can come back."""
    return Checks(
        awaits_returns=commission.kind not in DONE_ALREADY,
        hold_until=commission.hold_until,
        delivered_at=state.delivered_at if state else None,
        refunded_minor=state.sold_minor - state.left_minor if state else 0,
        cancelled_at=state.cancelled_at if state else None,
        is_verified=state.is_verified if state else True,
        is_provisional=commission.provisional,
        withheld_at=commission.withheld_at,
        approved_at=commission.approved_at,
        declined_at=commission.declined_at,
        reversed_at=commission.reversed_at,
        reversed_because=commission.reversed_because,
    )


def stages_of(commission: Commission, way: Way | None = None) -> tuple[Stage, ...]:
    """In the order in which they come; the first that is not done is under way. What was taken
    back after its payout says so, and not that it was paid."""
    counted = Stage("counted", "done", commission.recorded_at)
    approved = Stage("approved", "done", commission.approved_at)
    if commission.status == Status.DECLINED:
        return counted, Stage("declined", "done", commission.declined_at)
    if commission.status == Status.REVERSED:
        before = (counted, approved) if commission.approved_at else (counted,)
        return *before, Stage("reversed", "done", commission.reversed_at)
    if commission.status == Status.APPROVED:
        return counted, approved, *_after_approval(commission, way)
    if commission.withheld_at:
        withheld = Stage("withheld", "now", commission.withheld_at)
        return counted, withheld, Stage("approved", "later", None), Stage("paid", "later", None)
    return counted, Stage("approved", "now", commission.hold_until), Stage("paid", "later", None)


def _after_approval(commission: Commission, way: Way | None) -> tuple[Stage, ...]:
    if way is not None:
        in_payout = Stage("in_payout", "done", way.queued_at)
        paid = Stage("paid", "done", way.paid_at)
        return in_payout, paid if way.paid_at else Stage("on_its_way", "now", None)
    if commission.withheld_at:
        withheld = Stage("withheld", "now", commission.withheld_at)
        return withheld, Stage("paid", "later", None)
    return (Stage("paid", "now", None),)
