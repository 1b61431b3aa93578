"""What a rule asks for. All members that are given must hold; a list means "any of"."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from handsel.engine.terms.growing import Growing
from handsel.engine.values import AMOUNT_MINOR_MAX, Moment, Value

Event = Literal["sale", "lead", "sign_up", "renewal"]
Device = Literal["phone", "tablet", "computer"]
Country = Annotated[str, StringConstraints(pattern=r"\A[A-Z]{2}\z")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=AMOUNT_MINOR_MAX)]

DEPTH_MAX = 5
# Conditions of one rule, nested ones included: comparing two rules looks at all pairs.
CONDITIONS_MAX = 100


class Between(Value):
    """A number from `least` to `most`, both included; None: without an end."""

    least: Count = 0
    most: Count | None = None

    @model_validator(mode="after")
    def _least_first(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError("most is less than least")
        return self

    def holds(self, number: int) -> bool:
        return self.least <= number and (self.most is None or number <= self.most)


class TimeBox(Value):
    """From `since` (included) until `until` (excluded); None: without an end.

    It is asked of the order's time, or of the day of clicks.
    """

    since: Moment | None = None
    until: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("until is not after since")
        return self


class Metadata(Value):
    """A free field that the shop sent with the event has one of these values, to the letter."""

    name: Name
    values: Annotated[tuple[Name, ...], Field(min_length=1)]


class When(Growing):
    """All that is given must hold; an empty list asks nothing. Lists mean "any of".

    `skus` and `categories` are asked of each article, everything else of the order and of the
    touch that is credited. `sources` are hosts that the click came from, those under them
    included. `renewals` counts payments of a subscription: the first order is 0. `order_minor` is
    what is left of the goods, as the buyer paid it. `any_of`: at least one holds; `none_of`: none
    does. Without `events` a rule of pay means sales and renewals.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {
            "events",
            "links",
            "codes",
            "countries",
            "devices",
            "sources",
            "renewals",
            "order_minor",
            "metadata",
            "any_of",
            "none_of",
        }
    )

    customer: Literal["new", "returning"] | None = None
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    links: tuple[Name, ...] = ()
    codes: tuple[Name, ...] = ()
    countries: tuple[Country, ...] = ()
    devices: tuple[Device, ...] = ()
    sources: tuple[Name, ...] = ()
    renewals: Between | None = None
    order_minor: Between | None = None
    metadata: tuple[Metadata, ...] = ()
    any_of: tuple["When", ...] = ()
    none_of: tuple["When", ...] = ()

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if self.depth > DEPTH_MAX:
            raise ValueError(f"conditions are nested more than {DEPTH_MAX} deep")
        if self.size > CONDITIONS_MAX:
            raise ValueError(f"these are more than {CONDITIONS_MAX} conditions")
        return self

    @property
    def size(self) -> int:
        return 1 + sum(inner.size for inner in (*self.any_of, *self.none_of))

    @property
    def depth(self) -> int:
        return 1 + max((inner.depth for inner in (*self.any_of, *self.none_of)), default=0)
