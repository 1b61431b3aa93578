"""Facts: what one source said about one order, at one time. They are never changed.

All amounts are whole minor units of `currency`, tax included, and zero or more.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from handsel.engine.orders.errors import NegativeAmount, PartAboveWhole
from handsel.engine.terms.conditions import Country, Event, Name
from handsel.engine.terms.growing import Growing
from handsel.engine.values import Amount, Currency, Id, Moment, Value

# store: the shop's signed webhook, the API, a file import. postback: a signed server request.
# browser: the pixel and the script, which anyone can imitate.
Trust = Literal["store", "postback", "browser"]


# A country, or the empty string where nobody said.
CountryOrUnknown = Country | Literal[""]


class _Reported(Growing):
    """What all facts have. (source, event_id) names the event, whoever delivers it.

    `occurred_at` is when it happened, `updated_at` the source's own version of the record (the
    same as `occurred_at` where the source has none), `recorded_at` when we learned of it;
    the last is kept for readers and decides nothing.
    """

    fact_id: Id
    order: Id
    source: Id
    event_id: Id
    trust: Trust
    occurred_at: Moment
    updated_at: Moment
    recorded_at: Moment


class OrderLine(Value):
    """One article of an order, as sold: refunds are facts of their own.

    `gross_minor` is quantity times price, tax included, before discounts; `discount_minor` the part
    of it that the buyer did not pay; `tax_minor` the tax inside what the buyer did pay.
    """

    line_id: Id
    sku: str = ""
    category: str = ""
    quantity: Annotated[int, Field(ge=1)] = 1
    gross_minor: Amount
    discount_minor: Amount = 0
    tax_minor: Amount = 0

    @property
    def sold_minor(self) -> int:
        """What the buyer paid, tax included."""
        return self.gross_minor - self.discount_minor


class GivenMetadata(Value):
    """A free field that the shop sent with the event."""

    name: Name
    value: Annotated[str, StringConstraints(max_length=200)]


class ChannelVisit(Value):
    """A visit that the brand's own advertising or mail brought, as the shop's pages saw it."""

    channel: Name
    at: Moment


class OrderFact(_Reported):
    """The whole order, as one source sees it; or a lead, a sign-up, a renewal.

    `country` is the buyer's. A renewal names the order that began the subscription (`renews`), when
    that was (`renews_at`), and its own number, the first renewal being 1; 0 where the shop does not
    count. `channels` are for attribution.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {"event", "country", "metadata", "renews", "renews_at", "renewal", "channels"}
    )

    kind: Literal["order"] = "order"
    currency: Currency
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1)]
    shipping_minor: Amount = 0
    shipping_tax_minor: Amount = 0
    customer_is_new: bool | None = None
    codes: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    delivered_at: Moment | None = None
    event: Event = "sale"
    country: CountryOrUnknown = ""
    metadata: Annotated[tuple[GivenMetadata, ...], Field(max_length=100)] = ()
    renews: Annotated[str, StringConstraints(max_length=200)] = ""
    renews_at: Moment | None = None
    renewal: Annotated[int, Field(ge=0, le=100_000)] = 0
    channels: Annotated[tuple[ChannelVisit, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _renews_something(self) -> Self:
        renewing = bool(self.renews or self.renewal or self.renews_at)
        if renewing and self.event != "renewal":
            raise ValueError("only a renewal renews something, or has a number")
        if len({given.name for given in self.metadata}) < len(self.metadata):
            raise ValueError("two fields of metadata have the same name")
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for place, line in enumerate(self.lines):
            path = f"lines.{place}."
            _not_negative(path + "gross_minor", line.gross_minor)
            _part_of(path + "discount_minor", line.discount_minor, line.gross_minor)
            _part_of(path + "tax_minor", line.tax_minor, line.sold_minor)
        _not_negative("shipping_minor", self.shipping_minor)
        _part_of("shipping_tax_minor", self.shipping_tax_minor, self.shipping_minor)
        if len({line.line_id for line in self.lines}) < len(self.lines):
            raise ValueError("two lines have the same line_id")
        return self


class RefundLine(Value):
    line_id: Id
    amount_minor: Amount


class RefundFact(_Reported):
    """Money that went back to the buyer. `refund` is the shop's name for it.

    `amount_minor` is the whole of this refund, tax included. `lines` and `shipping_minor` say what
    of it belongs where; what they leave open is spread over all lines in proportion.
    """

    kind: Literal["refund"] = "refund"
    refund: Id
    currency: Currency
    amount_minor: Amount
    lines: tuple[RefundLine, ...] = ()
    shipping_minor: Amount = 0

    @property
    def unassigned_minor(self) -> int:
        named_minor = sum(line.amount_minor for line in self.lines)
        return self.amount_minor - self.shipping_minor - named_minor

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _not_negative("amount_minor", self.amount_minor)
        _not_negative("shipping_minor", self.shipping_minor)
        for place, line in enumerate(self.lines):
            _not_negative(f"lines.{place}.amount_minor", line.amount_minor)
        if self.unassigned_minor < 0:
            raise PartAboveWhole(
                "The lines and shipping of a refund are more than its amount.",
                field="amount_minor",
                remedy="Send the whole refund as amount_minor, tax and shipping included.",
                params={"excess_minor": -self.unassigned_minor},
            )
        return self


class CancelFact(_Reported):
    """The order was called off: nothing of it is left, for good."""

    kind: Literal["cancel"] = "cancel"


class CustomerFact(_Reported):
    """What is known of the buyer from all orders, where it differs from what the shop said.

    It overrules `OrderFact.customer_is_new`. Where several remain, the usual strength decides.
    """

    kind: Literal["customer"] = "customer"
    customer_is_new: bool


class BoughtFact(_Reported):
    """The customer of a lead or a sign-up has bought since; `occurred_at` is when."""

    kind: Literal["bought"] = "bought"


Fact = Annotated[
    OrderFact | RefundFact | CancelFact | CustomerFact | BoughtFact, Field(discriminator="kind")
]


def _not_negative(field: str, amount_minor: int) -> None:
    if amount_minor < 0:
        raise NegativeAmount(
            f"{field} is negative.",
            field=field,
            remedy="Send amounts of zero or more; report a refund as a refund.",
            params={"amount_minor": amount_minor},
        )


def _part_of(field: str, part_minor: int, whole_minor: int) -> None:
    _not_negative(field, part_minor)
    if part_minor > whole_minor:
        raise PartAboveWhole(
            f"{field} is more than the amount it is part of.",
            field=field,
            remedy="A discount is at most the price, tax at most what was paid.",
            params={"part_minor": part_minor, "whole_minor": whole_minor},
        )
