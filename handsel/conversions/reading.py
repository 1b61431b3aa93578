"""From all that was told of a conversion to the facts that count, and what they add up to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from handsel.conversions.facts import Delivery
from handsel.engine import orders

Told = orders.Fact | Delivery


class Reading(NamedTuple):
    """The facts that count, as the engine takes them, and the state they fold to."""

    facts: tuple[orders.Fact, ...]
    state: orders.OrderState


def read(told: Iterable[Told]) -> Reading:
    """Fold what was told, in whatever order it came. Raises what `engine.orders.fold` refuses."""
    facts = _with_deliveries(list(told))
    return Reading(facts, orders.fold(facts))


def with_customer(reading: Reading, known: orders.CustomerFact) -> Reading:
    """The reading of the same facts and one more: what our own records say of the buyer. It
    overrules what the shop said, and touches nothing else, so that nothing is folded again."""
    new = {"customer_is_new": known.customer_is_new}
    return Reading((*reading.facts, known), reading.state.model_copy(update=new))


def with_purchase(reading: Reading, bought: orders.BoughtFact) -> Reading:
    """The reading of a lead whose customer has bought since."""
    new = {"bought_at": bought.occurred_at}
    return Reading((*reading.facts, bought), reading.state.model_copy(update=new))


def with_beginning(reading: Reading, renews_at: datetime) -> Reading:
    """The reading of a renewal whose subscription is known to have begun at this moment."""
    new = {"renews_at": renews_at}
    facts = tuple(
        fact.model_copy(update=new) if isinstance(fact, orders.OrderFact) else fact
        for fact in reading.facts
    )
    return Reading(facts, reading.state.model_copy(update=new))


def _with_deliveries(told: Sequence[Told]) -> tuple[orders.Fact, ...]:
    """The strongest delivery, written on every order fact, where the engine looks for it.

    As with refunds, a browser is believed only where nobody better has spoken of the order.
    """
    facts = tuple(fact for fact in told if not isinstance(fact, Delivery))
    verified = any(isinstance(f, orders.OrderFact) and f.trust != "browser" for f in facts)
    deliveries = [
        fact
        for fact in told
        if isinstance(fact, Delivery) and not (verified and fact.trust == "browser")
    ]
    if not deliveries:
        return facts
    delivered_at = max(deliveries, key=lambda delivery: delivery.rank).delivered_at
    return tuple(
        fact.model_copy(update={"delivered_at": delivered_at})
        if isinstance(fact, orders.OrderFact)
        else fact
        for fact in facts
    )
