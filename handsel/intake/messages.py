"""What shops send us: one definition for the API, the script, the pixel, postbacks and files.

Amounts are whole minor units of `currency`; an `amount_minor` is always what the buyer paid (or
got back), tax included, discounts taken off. `docs/events.md` has examples of each message.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from handsel.engine.money import split
from handsel.engine.orders import NegativeAmount, PartAboveWhole
from handsel.engine.values import Amount, Currency, Id, Malformed, Moment, Value, parse
from handsel.errors import InvalidInput

Text = Annotated[str, Field(max_length=200)]
ConversionKind = Literal["sale", "lead", "sign_up", "renewal"]


class KindUnknown(InvalidInput):
    """No message is called this."""


class AmountMissing(InvalidInput):
    """Neither an amount nor lines."""


class AmountsDisagree(InvalidInput):
    """The lines do not add up to the amount sent with them."""


class GivenTwice(InvalidInput):
    """A figure of the whole order beside lines that have their own."""


class NameMissing(InvalidInput):
    """A refund that cannot be told from the next one of the same order."""


class Buyer(Value):
    """Who bought: the shop's own id, and the e-mail or its SHA-256 (see `customers.identity`).

    An e-mail is hashed on arrival and never kept.
    """

    id: Text = ""
    email: Text = ""
    email_hash: Text = ""
    country: Text = ""


class Line(Value):
    """One article. `amount_minor` was paid for all of `quantity`; `discount_minor` came off before
    and is for the record; `tax_minor` is inside `amount_minor`."""

    line_id: Text = ""
    sku: Text = ""
    name: Text = ""
    category: Text = ""
    quantity: Annotated[int, Field(ge=1)] = 1
    amount_minor: Amount
    discount_minor: Amount = 0
    tax_minor: Amount = 0

    def body(self, place: int) -> dict[str, Any]:
        body = self.model_dump(exclude={"amount_minor", "name"})
        body["line_id"] = self.line_id or str(place + 1)
        body["gross_minor"] = self.amount_minor + self.discount_minor
        return body | ({"name": self.name} if self.name else {})


class RefundedLine(Value):
    line_id: Id
    amount_minor: Amount


class Message(Value):
    """`event_id` names the event at its sender: the same id never stands for two messages."""

    fact: ClassVar[str] = "order"

    event_id: Id | None = None
    occurred_at: Moment | None = None

    @property
    def own_event_id(self) -> str:
        """A name for a message that came without one, or nothing where none can be made."""
        return ""

    def conversion_kind(self) -> str | None:
        """What kind of conversion it speaks of; None when of none."""
        return None

    def body(self, currency: str) -> dict[str, Any]:
        """As `conversions.facts` reads it. `currency` is the program's."""
        return {}


class _OfConversion(Message):
    order_reference: Id
    updated_at: Moment | None = None
    customer: Buyer | None = None


class _Found(_OfConversion):
    """What may be credited: it says which clicks and codes came before it."""

    codes: tuple[Text, ...] = ()
    click_ids: tuple[Text, ...] = ()
    customer_is_new: bool | None = None

    def found_by(self) -> dict[str, Any]:
        return {
            "codes": list(self.codes),
            "click_ids": list(self.click_ids),
            "customer_is_new": self.customer_is_new,
        }


class Order(_Found):
    """A sale, as it is now. Sent again with another `event_id` and a later `updated_at`, it
    replaces what was said before.

    Either `lines`, each with its own discount and tax, or `amount_minor` for everything:
    goods and shipping. `tax_minor` is then the tax in all of it; unless `shipping_tax_minor` says
    how much of it lies in shipping, it is shared between goods and shipping in proportion.
    """

    conversion: Literal["sale", "renewal"] = "sale"
    currency: Currency
    amount_minor: Amount | None = None
    lines: tuple[Line, ...] = ()
    discount_minor: Amount | None = None
    tax_minor: Amount | None = None
    shipping_minor: Amount = 0
    shipping_tax_minor: Amount | None = None
    delivered_at: Moment | None = None

    @property
    def own_event_id(self) -> str:
        return f"order:{self.order_reference}"

    def conversion_kind(self) -> str:
        return self.conversion

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for name in ("amount_minor", "discount_minor", "tax_minor", "shipping_minor"):
            _not_negative(name, getattr(self, name))
        _part("shipping_tax_minor", self.shipping_tax_minor, self.shipping_minor)
        if self.lines:
            self._lines_add_up()
        elif self.amount_minor is None:
            raise AmountMissing(
                "The order has neither an amount nor lines.",
                field="amount_minor",
                remedy="Send amount_minor, or lines with an amount_minor each.",
            )
        else:
            _part("shipping_minor", self.shipping_minor, self.amount_minor)
            _part("tax_minor", self.tax_minor, self.amount_minor)
            _part("shipping_tax_minor", self.shipping_tax_minor, self.tax_minor or 0)
            goods_minor, goods_tax_minor = self._goods_and_tax()
            _part("tax_minor", goods_tax_minor, goods_minor)
        return self

    def _lines_add_up(self) -> None:
        for place, line in enumerate(self.lines):
            path = f"lines.{place}."
            _not_negative(path + "amount_minor", line.amount_minor)
            _not_negative(path + "discount_minor", line.discount_minor)
            _part(path + "tax_minor", line.tax_minor, line.amount_minor)
        for name in ("discount_minor", "tax_minor"):
            if getattr(self, name) is not None:
                raise GivenTwice(
                    f"An order with lines has its {name} in the lines.",
                    field=name,
                    remedy=f"Send {name} with each line.",
                )
        total_minor = sum(line.amount_minor for line in self.lines) + self.shipping_minor
        if self.amount_minor not in (None, total_minor):
            raise AmountsDisagree(
                "The lines and shipping do not add up to the amount.",
                field="amount_minor",
                remedy="Leave amount_minor out, or send the sum of lines and shipping.",
                params={"amount_minor": self.amount_minor, "sum_minor": total_minor},
            )

    def _goods_and_tax(self) -> tuple[int, int]:
        """What was paid for goods in an order without lines, and the tax in it."""
        goods_minor = (self.amount_minor or 0) - self.shipping_minor
        return goods_minor, (self.tax_minor or 0) - self._shipping_tax_minor(goods_minor)

    def _shipping_tax_minor(self, goods_minor: int) -> int:
        if self.shipping_tax_minor is not None or self.lines:
            return self.shipping_tax_minor or 0
        if not self.tax_minor or not self.shipping_minor:
            return 0
        return split(self.tax_minor, [goods_minor, self.shipping_minor])[1]

    def body(self, currency: str) -> dict[str, Any]:
        goods_minor, goods_tax_minor = self._goods_and_tax()
        lines = self.lines or (
            Line(
                amount_minor=goods_minor,
                discount_minor=self.discount_minor or 0,
                tax_minor=goods_tax_minor,
            ),
        )
        return {
            "currency": self.currency,
            "lines": [line.body(place) for place, line in enumerate(lines)],
            "shipping_minor": self.shipping_minor,
            "shipping_tax_minor": self._shipping_tax_minor(goods_minor),
            **({"delivered_at": _text(self.delivered_at)} if self.delivered_at else {}),
            **self.found_by(),
        }


class _WithoutGoods(_Found):
    """`amount_minor` is what it is worth to the shop, where the terms ask for it."""

    amount_minor: Amount = 0
    currency: Currency | None = None

    @model_validator(mode="after")
    def _worth(self) -> Self:
        _not_negative("amount_minor", self.amount_minor)
        return self

    def body(self, currency: str) -> dict[str, Any]:
        line = Line(amount_minor=self.amount_minor).body(0)
        return {"currency": self.currency or currency, "lines": [line], **self.found_by()}


class Lead(_WithoutGoods):
    """Somebody asked to be contacted. `order_reference` is the shop's own number for it."""

    @property
    def own_event_id(self) -> str:
        return f"lead:{self.order_reference}"

    def conversion_kind(self) -> str:
        return "lead"


class SignUp(_WithoutGoods):
    """Somebody opened an account or a trial. `order_reference` is the shop's own number for it."""

    @property
    def own_event_id(self) -> str:
        return f"sign_up:{self.order_reference}"

    def conversion_kind(self) -> str:
        return "sign_up"


class Refund(_OfConversion):
    """Money that went back. `refund` is the shop's name for it. Without `lines` it is spread over
    all lines in proportion; with lines, `amount_minor` may be left out."""

    fact: ClassVar[str] = "refund"

    conversion: ConversionKind = "sale"
    refund: Text = ""
    currency: Currency | None = None
    amount_minor: Amount | None = None
    lines: tuple[RefundedLine, ...] = ()
    shipping_minor: Amount = 0

    @property
    def own_event_id(self) -> str:
        return f"refund:{self.order_reference}:{self.refund}" if self.refund else ""

    def conversion_kind(self) -> str:
        return self.conversion

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _not_negative("amount_minor", self.amount_minor)
        _not_negative("shipping_minor", self.shipping_minor)
        for place, line in enumerate(self.lines):
            _not_negative(f"lines.{place}.amount_minor", line.amount_minor)
        if self.amount_minor is None and not self.lines and not self.shipping_minor:
            raise AmountMissing(
                "The refund has neither an amount nor lines.",
                field="amount_minor",
                remedy="Send amount_minor, or lines with an amount_minor each.",
            )
        if not self.refund and not self.event_id:
            raise NameMissing(
                "This refund cannot be told from the next one of the same order.",
                field="refund",
                remedy="Send refund, the shop's own number for it, or an event_id.",
            )
        return self

    def body(self, currency: str) -> dict[str, Any]:
        named_minor = sum(line.amount_minor for line in self.lines) + self.shipping_minor
        return {
            "refund": self.refund or self.event_id,
            "currency": self.currency or currency,
            "amount_minor": named_minor if self.amount_minor is None else self.amount_minor,
            "lines": [line.model_dump() for line in self.lines],
            "shipping_minor": self.shipping_minor,
        }


class Cancel(_OfConversion):
    """Called off: nothing of it is left, for good."""

    fact: ClassVar[str] = "cancel"

    conversion: ConversionKind = "sale"

    @property
    def own_event_id(self) -> str:
        return f"cancel:{self.order_reference}"

    def conversion_kind(self) -> str:
        return self.conversion


class Delivery(_OfConversion):
    """The goods arrived, at `occurred_at`."""

    fact: ClassVar[str] = "delivery"

    @property
    def own_event_id(self) -> str:
        return f"delivery:{self.order_reference}"

    def conversion_kind(self) -> str:
        return "sale"


class BasketStarted(Message):
    """A visitor put something into the basket: kept for rules that ask who was there first."""

    click_ids: tuple[Text, ...] = ()
    page: Annotated[str, Field(max_length=2000)] = ""


MESSAGES: dict[str, type[Message]] = {
    "order": Order,
    "refund": Refund,
    "cancel": Cancel,
    "delivery": Delivery,
    "lead": Lead,
    "sign_up": SignUp,
    "basket_started": BasketStarted,
}


def read_message(kind: str, body: Mapping[str, object]) -> Message:
    """The message of a JSON object. Raises KindUnknown, Malformed and the refusals above, each
    with the dotted path of the field."""
    model = MESSAGES.get(kind)
    if model is None:
        raise KindUnknown(
            f"There is no event of the kind “{kind}”.",
            field="kind",
            remedy=f"Send one of {', '.join(MESSAGES)}.",
            params={"kind": kind[:40]},
        )
    try:
        text = json.dumps(body)
    except (TypeError, ValueError) as error:
        raise Malformed(f"The body is not JSON: {error}", field="body") from None
    if "\\u0000" in text:
        raise Malformed("The body has a NUL character.", field="body")
    return parse(model, text)


def _not_negative(field: str, amount_minor: int | None) -> None:
    if amount_minor is not None and amount_minor < 0:
        raise NegativeAmount(
            f"{field} is negative.",
            field=field,
            remedy="Send amounts of zero or more; report a refund as a refund.",
            params={"amount_minor": amount_minor},
        )


def _part(field: str, part_minor: int | None, whole_minor: int) -> None:
    _not_negative(field, part_minor)
    if part_minor is not None and part_minor > whole_minor:
        raise PartAboveWhole(
            f"{field} is more than the amount it is part of.",
            field=field,
            remedy="Tax and shipping are parts of what was paid.",
            params={"part_minor": part_minor, "whole_minor": whole_minor},
        )


def _text(at: datetime) -> str:
    return at.isoformat()
