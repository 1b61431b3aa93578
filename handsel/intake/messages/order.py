from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from handsel.engine.money import split
from handsel.engine.values import Amount, Currency, Moment
from handsel.errors import InvalidInput
from handsel.intake.messages.base import AmountMissing, Found, Line, Text, not_negative, part_of


class AmountsDisagree(InvalidInput):
    """The lines do not add up to the amount sent with them."""


class NotARenewal(InvalidInput):
    """Members of a renewal in what is none."""


class GivenTwice(InvalidInput):
    """A figure of the whole order beside lines that have their own."""


class Order(Found):
    """A sale, as it is now. Sent again with another `event_id` and a later `updated_at`, it
    replaces what was said before.

    Either `lines`, each with its own discount and tax, or `amount_minor` for everything:
    goods and shipping. `tax_minor` is then the tax in all of it; unless `shipping_tax_minor` says
    how much of it lies in shipping, it is shared between goods and shipping in proportion.

    A renewal names the order that began the subscription (`renews`) and its own number (`renewal`,
    1 for the first payment after it).
    """

    conversion: Literal["sale", "renewal"] = "sale"
    renews: Text = ""
    renewal: Annotated[int, Field(ge=0, le=100_000)] = 0
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
    def _renews_something(self) -> Self:
        for name in ("renews", "renewal"):
            if getattr(self, name) and self.conversion != "renewal":
                raise NotARenewal(
                    f"{name} stands in an order that is no renewal.",
                    field=name,
                    remedy='Send "conversion": "renewal" with it, or leave it out.',
                )
        if self.renews and self.renews == self.order_reference:
            raise NotARenewal(
                "A renewal cannot renew itself.",
                field="renews",
                remedy="Send the reference of the order that began the subscription.",
            )
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for name in ("amount_minor", "discount_minor", "tax_minor", "shipping_minor"):
            not_negative(name, getattr(self, name))
        part_of("shipping_tax_minor", self.shipping_tax_minor, self.shipping_minor)
        if self.lines:
            self._lines_add_up()
        elif self.amount_minor is None:
            raise AmountMissing(
                "The order has neither an amount nor lines.",
                field="amount_minor",
                remedy="Send amount_minor, or lines with an amount_minor each.",
            )
        else:
            part_of("shipping_minor", self.shipping_minor, self.amount_minor)
            part_of("tax_minor", self.tax_minor, self.amount_minor)
            part_of("shipping_tax_minor", self.shipping_tax_minor, self.tax_minor or 0)
            goods_minor, goods_tax_minor = self._goods_and_tax()
            part_of("tax_minor", goods_tax_minor, goods_minor)
        return self

    def _lines_add_up(self) -> None:
        for place, line in enumerate(self.lines):
            path = f"lines.{place}."
            not_negative(path + "amount_minor", line.amount_minor)
            not_negative(path + "discount_minor", line.discount_minor)
            part_of(path + "tax_minor", line.tax_minor, line.amount_minor)
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
            **({"delivered_at": self.delivered_at.isoformat()} if self.delivered_at else {}),
            **({"renews": self.renews} if self.renews else {}),
            **({"renewal": self.renewal} if self.renewal else {}),
            **self.found_by(),
        }
