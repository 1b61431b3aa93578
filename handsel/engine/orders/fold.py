"""Facts to state. Every choice below is made by what a fact says, never by when it came."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from handsel.engine.money import split
from handsel.engine.orders.errors import (
    EventChanged,
    LineUnknown,
    OrderUnknown,
    RefundAboveSale,
    WrongCurrency,
)
from handsel.engine.orders.facts import (
    BoughtFact,
    CancelFact,
    ChannelVisit,
    CountryOrUnknown,
    CustomerFact,
    Fact,
    GivenMetadata,
    OrderFact,
    RefundFact,
)
from handsel.engine.orders.state import LineState, OrderState

STRENGTH = {"browser": 0, "postback": 1, "store": 2}

F = TypeVar("F", OrderFact, RefundFact, CancelFact, CustomerFact, BoughtFact)


def fold(facts: Iterable[Fact]) -> OrderState:
    """The state of one order, the same for every order of arrival.

    Of several facts about the same thing the strongest trust wins, then the latest `updated_at`.
    What only a browser reports counts only while the order itself is known from nothing better;
    but for the click ids and channels that it saw, where nobody better names any. A
    refund is spread as `_left_minor` says.

    Raises OrderUnknown without an OrderFact, or while the order is known only from a weaker source
    than a refund it cannot bear; WrongCurrency, LineUnknown, RefundAboveSale and EventChanged for
    facts that contradict each other; ValueError when they are of several orders.
    """
    distinct = _distinct(facts)
    order = _order_among(distinct)
    orders = [fact for fact in distinct if isinstance(fact, OrderFact)]

    believed = [fact for fact in distinct if fact.trust != "browser" or order.trust == "browser"]
    cancelled_at = min(
        (fact.occurred_at for fact in believed if isinstance(fact, CancelFact)), default=None
    )
    told = [fact for fact in believed if isinstance(fact, OrderFact)]
    left_minor, shipping_left_minor = _left_of(order, _refunds(believed))
    if cancelled_at is not None:
        left_minor, shipping_left_minor = [0] * len(order.lines), 0
    return OrderState(
        order=order.order,
        fact_id=order.fact_id,
        trust=order.trust,
        occurred_at=order.occurred_at,
        delivered_at=_delivered_at(told),
        cancelled_at=cancelled_at,
        currency=order.currency,
        lines=tuple(
            LineState(**vars(line), left_minor=left)
            for line, left in zip(order.lines, left_minor, strict=True)
        ),
        shipping_minor=order.shipping_minor,
        shipping_tax_minor=order.shipping_tax_minor,
        shipping_left_minor=shipping_left_minor,
        customer_is_new=_customer_is_new(distinct, told),
        codes=_codes(orders),
        click_ids=_click_ids(orders),
        codes_believed=_codes(told),
        click_ids_believed=_click_ids(told) or _click_ids(orders),
        event=order.event,
        country=order.country or _country(told),
        metadata=_metadata(told),
        renews=order.renews,
        renews_at=order.renews_at,
        renewal=order.renewal,
        channels=_channels(told) or _channels(orders),
        bought_at=min(
            (fact.occurred_at for fact in distinct if isinstance(fact, BoughtFact)), default=None
        ),
    )


def ordered_at(facts: Iterable[Fact]) -> datetime:
    """When the order was made, as `fold` finds it. Raises OrderUnknown and EventChanged."""
    return _order_among(_distinct(facts)).occurred_at


def _order_among(distinct: Iterable[Fact]) -> OrderFact:
    orders = [fact for fact in distinct if isinstance(fact, OrderFact)]
    if not orders:
        raise OrderUnknown("Nothing is known of this order yet.", field="order")
    return max(orders, key=_strength)


def _strength(fact: Fact) -> tuple[int, datetime, str, str]:
    return STRENGTH[fact.trust], fact.updated_at, fact.source, fact.event_id


def _distinct(facts: Iterable[Fact]) -> list[Fact]:
    """Each event once; what we added on arrival does not make two of one."""
    by_event: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        event = fact.source, fact.event_id
        known = by_event.setdefault(event, fact)
        if known is not fact and _said(known) != _said(fact):
            raise EventChanged(
                f"Event {fact.event_id} of {fact.source} came with two bodies.",
                field="event_id",
                remedy="Send every change as an event with an id of its own.",
                params={"source": fact.source, "event_id": fact.event_id},
            )
        if fact.fact_id < known.fact_id:
            by_event[event] = fact
    if len({fact.order for fact in by_event.values()}) > 1:
        raise ValueError("These facts are of several orders.")
    return list(by_event.values())


def _said(fact: Fact) -> dict[str, object]:
    return fact.model_dump(exclude={"fact_id", "recorded_at"})


def _codes(orders: Sequence[OrderFact]) -> tuple[str, ...]:
    return tuple(sorted({code for fact in orders for code in fact.codes}))


def _click_ids(orders: Sequence[OrderFact]) -> tuple[str, ...]:
    return tuple(sorted({click for fact in orders for click in fact.click_ids}))


def _channels(orders: Sequence[OrderFact]) -> tuple[ChannelVisit, ...]:
    visits = {visit for fact in orders for visit in fact.channels}
    return tuple(sorted(visits, key=lambda visit: (visit.at, visit.channel)))


def _country(orders: Sequence[OrderFact]) -> CountryOrUnknown:
    said = [fact for fact in orders if fact.country]
    return max(said, key=_strength).country if said else ""


def _metadata(orders: Sequence[OrderFact]) -> tuple[GivenMetadata, ...]:
    """Each field as its strongest source says it."""
    if not any(fact.metadata for fact in orders):
        return ()
    said = {given.name: given for fact in sorted(orders, key=_strength) for given in fact.metadata}
    return tuple(said[name] for name in sorted(said))


def _delivered_at(orders: Sequence[OrderFact]) -> datetime | None:
    known = [fact for fact in orders if fact.delivered_at is not None]
    return max(known, key=_strength).delivered_at if known else None


def _customer_is_new(facts: Sequence[Fact], orders: Sequence[OrderFact]) -> bool | None:
    ours = [fact for fact in facts if isinstance(fact, CustomerFact)]
    if ours:
        return max(ours, key=_strength).customer_is_new
    said = [fact for fact in orders if fact.customer_is_new is not None]
    return max(said, key=_strength).customer_is_new if said else None


def _refunds(facts: Sequence[Fact]) -> list[RefundFact]:
    """Each refund once, from its strongest fact, the earliest first."""
    by_refund: dict[str, RefundFact] = {}
    for fact in facts:
        if isinstance(fact, RefundFact):
            known = by_refund.get(fact.refund, fact)
            by_refund[fact.refund] = max(known, fact, key=_strength)
    return sorted(by_refund.values(), key=lambda fact: (fact.occurred_at, fact.refund))


def _left_of(order: OrderFact, refunds: Sequence[RefundFact]) -> tuple[list[int], int]:
    """What is left (see `_left_minor`), where the order is known well enough to say.

    A pixel knows a total where the shop knows lines: the shop's refund is then not at fault, it
    only came before the shop's order.
    """
    try:
        return _left_minor(order, refunds)
    except (LineUnknown, RefundAboveSale, WrongCurrency) as contradiction:
        if any(STRENGTH[refund.trust] > STRENGTH[order.trust] for refund in refunds):
            raise OrderUnknown(
                f"Order {order.order} is not known yet from the source that refunds it.",
                field="order",
            ) from contradiction
        raise


def _left_minor(order: OrderFact, refunds: Sequence[RefundFact]) -> tuple[list[int], int]:
    """What is left of each line and of shipping.

    First what refunds say about lines and shipping is taken off. Then the unassigned rest of all
    refunds together is spread over the lines in proportion to what they still have (largest
    remainder), and only what the goods cannot bear comes off shipping. Sums, not sequence, decide.
    """
    left = {line.line_id: line.sold_minor for line in order.lines}
    shipping_left_minor = order.shipping_minor
    unassigned_minor = 0
    for refund in refunds:
        _same_currency(order, refund)
        for place, line in enumerate(refund.lines):
            if line.line_id not in left:
                raise _line_unknown(refund, place)
            _bearable(refund, f"lines.{place}.amount_minor", line.amount_minor, left[line.line_id])
            left[line.line_id] -= line.amount_minor
        _bearable(refund, "shipping_minor", refund.shipping_minor, shipping_left_minor)
        shipping_left_minor -= refund.shipping_minor
        unassigned_minor += refund.unassigned_minor
        goods_left_minor = sum(left.values())
        bearable_minor = goods_left_minor + shipping_left_minor
        _bearable(refund, "amount_minor", unassigned_minor, bearable_minor)

    goods_left_minor = sum(left.values())
    from_goods_minor = min(unassigned_minor, goods_left_minor)
    amounts = list(left.values())
    if from_goods_minor:
        shares = split(from_goods_minor, amounts)
        amounts = [amount - share for amount, share in zip(amounts, shares, strict=True)]
    return amounts, shipping_left_minor - (unassigned_minor - from_goods_minor)


def _same_currency(order: OrderFact, refund: RefundFact) -> None:
    if refund.currency != order.currency:
        raise WrongCurrency(
            f"Refund {refund.refund} is in {refund.currency}, its order in {order.currency}.",
            field="currency",
            remedy="Refund an order in the currency it was paid in.",
            params={"currency": refund.currency, "expected": order.currency},
        )


def _line_unknown(refund: RefundFact, place: int) -> LineUnknown:
    line_id = refund.lines[place].line_id
    return LineUnknown(
        f"Refund {refund.refund} names line {line_id}, which the order does not have.",
        field=f"lines.{place}.line_id",
        remedy="Use the line ids of the order, or leave the lines out.",
        params={"refund": refund.refund, "line_id": line_id},
    )


def _bearable(refund: RefundFact, field: str, amount_minor: int, left_minor: int) -> None:
    if amount_minor > left_minor:
        raise RefundAboveSale(
            f"Refund {refund.refund} takes back more than is left.",
            field=field,
            remedy="Check the amount, and whether this refund was reported before.",
            params={
                "refund": refund.refund,
                "left_minor": left_minor,
                "excess_minor": amount_minor - left_minor,
            },
        )
