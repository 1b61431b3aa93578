"""What is no sale: leads, sign-ups, baskets."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from handsel.engine.values import Amount, Currency
from handsel.intake.messages.base import Found, Line, Message, Text, not_negative


class _WithoutGoods(Found):
    """`amount_minor` is what it is worth to the shop, where the terms ask for it."""

    amount_minor: Amount = 0
    currency: Currency | None = None

    @model_validator(mode="after")
    def _worth(self) -> Self:
        not_negative("amount_minor", self.amount_minor)
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


class BasketStarted(Message):
    """A visitor put something into the basket: kept for rules that ask who was there first."""

    click_ids: tuple[Text, ...] = ()
    page: Annotated[str, Field(max_length=2000)] = ""
