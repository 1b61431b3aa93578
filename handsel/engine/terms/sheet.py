"""One order on a sheet of paper, for who wants to compute what it earns without any server."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from handsel.engine.earning import Circumstances, Earning, earn, hold_until
from handsel.engine.orders import (
    CancelFact,
    Fact,
    OrderFact,
    OrderLine,
    OrderState,
    RefundFact,
    RefundLine,
    fold,
)
from handsel.engine.orders.facts import CountryOrUnknown, GivenMetadata
from handsel.engine.terms.conditions import Count, Event, Name
from handsel.engine.terms.model import Terms
from handsel.engine.values import Amount, Currency, Moment, Value

Text = Annotated[str, StringConstraints(max_length=200)]
ORDER = "order"


class SheetLine(Value):
    """An article. Lines without a `line_id` are numbered from 1."""

    line_id: Text = ""
    sku: str = ""
    category: str = ""
    quantity: Annotated[int, Field(ge=1)] = 1
    gross_minor: Amount
    discount_minor: Amount = 0
    tax_minor: Amount = 0


class SheetRefund(Value):
    """Money that went back, tax included; `lines` and `shipping_minor` say what of it belongs
    where, the rest is spread."""

    amount_minor: Amount
    lines: tuple[RefundLine, ...] = ()
    shipping_minor: Amount = 0


class SheetClick(Value):
    """What is known of the click that is credited."""

    country: CountryOrUnknown = ""
    device: Text = ""
    source: Text = ""
    link: Text = ""


class CountedBefore(Value):
    """For rolling tiers: what the rule of a clause counted in the days before this order."""

    clause: Annotated[int, Field(ge=2)]
    counted: Count


class OrderSheet(Value):
    """An order (or a lead, a sign-up, a renewal) that one partner is credited for alone.

    Amounts are whole minor units, tax included. `codes` are the partner's own on the order.
    """

    currency: Currency
    occurred_at: Moment
    lines: Annotated[tuple[SheetLine, ...], Field(min_length=1)]
    shipping_minor: Amount = 0
    shipping_tax_minor: Amount = 0
    customer_is_new: bool | None = None
    event: Event = "sale"
    renewal: Annotated[int, Field(ge=0, le=100_000)] = 0
    renews_at: Moment | None = None
    country: CountryOrUnknown = ""
    codes: tuple[Name, ...] = ()
    metadata: Mapping[Name, Text] = {}
    click: SheetClick = SheetClick()
    refunds: tuple[SheetRefund, ...] = ()
    is_cancelled: bool = False
    delivered_at: Moment | None = None
    counted_before: tuple[CountedBefore, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> "OrderSheet":
        clauses = [standing.clause for standing in self.counted_before]
        if len(set(clauses)) < len(clauses):
            raise ValueError("counted_before names a clause twice")
        return self


def state_of(sheet: OrderSheet) -> OrderState:
    """The order as evaluation knows it. Raises what `fold` raises."""
    return fold(_facts(sheet))


def earned(terms: Terms, sheet: OrderSheet) -> Earning:
    """What the order earns under terms. Raises WrongCurrency, and what `fold` raises."""
    given = Circumstances(
        **sheet.click.model_dump(),
        codes=frozenset(sheet.codes),
        standings={standing.clause: standing.counted for standing in sheet.counted_before},
    )
    return earn(state_of(sheet), terms, given)


def held_until(terms: Terms, sheet: OrderSheet) -> datetime | None:
    """When it is approved, if nothing more is sent back; None while a delivery is waited for."""
    return hold_until(state_of(sheet), terms)


def _facts(sheet: OrderSheet) -> list[Fact]:
    facts: list[Fact] = [_order(sheet)]
    for number, refund in enumerate(sheet.refunds, start=1):
        facts.append(
            RefundFact(
                **_reported(f"refund-{number}", sheet.occurred_at + timedelta(seconds=number)),
                refund=f"refund-{number}",
                currency=sheet.currency,
                **{name: getattr(refund, name) for name in SheetRefund.model_fields},
            )
        )
    if sheet.is_cancelled:
        facts.append(CancelFact(**_reported("cancel", sheet.occurred_at)))
    return facts


def _order(sheet: OrderSheet) -> OrderFact:
    same = ("currency", "shipping_minor", "shipping_tax_minor", "customer_is_new", "event")
    more = ("renewal", "renews_at", "country", "codes", "delivered_at")
    lines = tuple(
        OrderLine(**{**line.model_dump(), "line_id": line.line_id or str(number)})
        for number, line in enumerate(sheet.lines, start=1)
    )
    metadata = tuple(GivenMetadata(name=name, value=text) for name, text in sheet.metadata.items())
    return OrderFact(
        **_reported("sale", sheet.occurred_at),
        **{name: getattr(sheet, name) for name in (*same, *more)},
        lines=lines,
        metadata=metadata,
    )


def _reported(event_id: str, at: datetime) -> dict[str, Any]:
    moments = dict.fromkeys(("occurred_at", "updated_at", "recorded_at"), at)
    names = dict.fromkeys(("fact_id", "event_id"), event_id)
    return {"order": ORDER, "source": "sheet", "trust": "store", **names, **moments}
