"""What messages are made of."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from handsel.conversions.facts import CHANNELS_MAX, METADATA_MAX
from handsel.customers.identity import COUNTRY
from handsel.engine.orders import NegativeAmount, PartAboveWhole
from handsel.engine.values import Amount, Id, Moment, Value, moment_text
from handsel.errors import InvalidInput

Text = Annotated[str, Field(max_length=200)]
Named = Annotated[str, Field(min_length=1, max_length=200)]
ConversionKind = Literal["sale", "lead", "sign_up", "renewal"]


class CountryUnknown(InvalidInput):
    """No ISO 3166 code of two letters."""


class AmountMissing(InvalidInput):
    """Neither an amount nor lines."""


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


class OfConversion(Message):
    order_reference: Id
    updated_at: Moment | None = None
    customer: Buyer | None = None


class Channel(Value):
    """A visit that the brand's own advertising or mail brought."""

    channel: Named
    at: Moment


class Found(OfConversion):
    """What may be credited: it says which clicks and codes came before it, and what rules of pay
    may ask about.

    `country` is the buyer's; where it is missing, the customer's. `metadata` are free fields, each
    a short text, a whole number, or yes or no.
    """

    codes: tuple[Text, ...] = ()
    click_ids: tuple[Text, ...] = ()
    customer_is_new: bool | None = None
    country: Text = ""
    metadata: Annotated[Mapping[Named, Text | bool | int], Field(max_length=METADATA_MAX)] = {}
    channels: Annotated[tuple[Channel, ...], Field(max_length=CHANNELS_MAX)] = ()

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.country and not COUNTRY.fullmatch(self.country.upper()):
            raise CountryUnknown(
                "This is no country code.", field="country", remedy="Send two letters, as in NO."
            )
        return self

    def found_by(self) -> dict[str, Any]:
        country = (self.country or (self.customer.country if self.customer else "")).strip().upper()
        return {
            "codes": list(self.codes),
            "click_ids": list(self.click_ids),
            "customer_is_new": self.customer_is_new,
            # What is no country of the customer's is refused where the customer is read.
            **({"country": country} if COUNTRY.fullmatch(country) else {}),
            **({"metadata": self._metadata()} if self.metadata else {}),
            **({"channels": self._channels()} if self.channels else {}),
        }

    def _metadata(self) -> list[dict[str, str]]:
        """As texts, by which rules compare them: `true`, `false`, whole numbers in full."""
        return [
            {"name": name, "value": str(value).lower() if isinstance(value, bool) else str(value)}
            for name, value in sorted(self.metadata.items())
        ]

    def _channels(self) -> list[dict[str, str]]:
        return [{"channel": one.channel, "at": moment_text(one.at)} for one in self.channels]


def not_negative(field: str, amount_minor: int | None) -> None:
    if amount_minor is not None and amount_minor < 0:
        raise NegativeAmount(
            f"{field} is negative.",
            field=field,
            remedy="Send amounts of zero or more; report a refund as a refund.",
            params={"amount_minor": amount_minor},
        )


def part_of(field: str, part_minor: int | None, whole_minor: int) -> None:
    not_negative(field, part_minor)
    if part_minor is not None and part_minor > whole_minor:
        raise PartAboveWhole(
            f"{field} is more than the amount it is part of.",
            field=field,
            remedy="Tax and shipping are parts of what was paid.",
            params={"part_minor": part_minor, "whole_minor": whole_minor},
        )
