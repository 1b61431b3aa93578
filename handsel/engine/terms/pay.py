"""Rules of pay: what an order, an article, a lead, a click or a thousand impressions earns."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from handsel.engine.money import PPM
from handsel.engine.terms.conditions import Count, Name, TimeBox, When
from handsel.engine.terms.growing import Growing
from handsel.engine.values import AMOUNT_MINOR_MAX, Currency, Value

Paid = Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX)]
Rate = Annotated[int, Field(ge=1, le=PPM)]
# §1 says who is credited; the rules of pay follow it.
FIRST_PAY_CLAUSE = 2
Calendar = Literal["day", "week", "month", "quarter", "year", "ever"]


class Rolling(Value):
    """The `days` times 24 hours before an order, the order itself left out."""

    days: Annotated[int, Field(ge=1, le=3650)]


class TierStep(Value):
    """From `start` on, of what the tiers measure, this rate."""

    start: Annotated[Count, Field(ge=1)]
    rate_ppm: Rate


class Tiers(Value):
    """Rates that rise, or fall, with volume; below the first step the rule's own rate holds.

    `measure`: what the rule's own articles count (`basis`, minor units) or how many orders it paid
    (`orders`). `marginal`: each rate pays the part of the volume that lies in its step.
    `retroactive`: the rate that is reached pays the whole period. A calendar period begins and
    ends in the time zone of the terms, and is settled as a whole, in a commission of its own: the
    order earns the rule's own rate at once, the settlement the difference. With a rolling period
    an order is paid by what counted in the days before it, and there is nothing to settle.
    """

    measure: Literal["basis", "orders"] = "basis"
    period: Calendar | Rolling
    mode: Literal["marginal", "retroactive"]
    steps: Annotated[tuple[TierStep, ...], Field(min_length=1, max_length=50)]


class Percent(Growing):
    """A rate of what counts. Each article is paid by its most specific percent rule only."""

    ADDED: ClassVar[frozenset[str]] = frozenset({"tiers", "valid"})

    kind: Literal["percent"] = "percent"
    rate_ppm: Rate
    when: When = When()
    tiers: Tiers | None = None
    valid: TimeBox | None = None


class Fixed(Growing):
    """An amount per order, on top of percentages, while anything it asks for is left; or per
    item: for each piece it asks for that was not refunded whole."""

    ADDED: ClassVar[frozenset[str]] = frozenset({"valid"})

    kind: Literal["fixed"] = "fixed"
    amount_minor: Paid
    currency: Currency
    per: Literal["order", "item"] = "order"
    when: When = When()
    valid: TimeBox | None = None


class Lead(Value):
    """An amount for a lead or a sign-up; `after_sale`: once its customer has bought."""

    kind: Literal["lead"] = "lead"
    event: Literal["lead", "sign_up"] = "lead"
    amount_minor: Paid
    currency: Currency
    pays: Literal["at_once", "after_sale"] = "at_once"
    when: When = When()
    valid: TimeBox | None = None


class PerClick(Value):
    """An amount for each click that counts; one commission per link and day."""

    kind: Literal["click"] = "click"
    amount_minor: Paid
    currency: Currency
    when: When = When()
    valid: TimeBox | None = None


class PerThousand(Value):
    """An amount for each thousand impressions, in proportion; one commission per link and day."""

    kind: Literal["impression"] = "impression"
    amount_minor: Paid
    currency: Currency
    when: When = When()
    valid: TimeBox | None = None


class Excluded(Value):
    """What meets it earns nothing by percent or per item, whatever else it meets."""

    kind: Literal["excluded"] = "excluded"
    when: When
    valid: TimeBox | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.when == When():
            raise ValueError("an exclusion without a condition would exclude everything")
        return self


PayRule = Annotated[
    Percent | Fixed | Lead | PerClick | PerThousand | Excluded, Field(discriminator="kind")
]


class Cap(Value):
    """At most this much: of one order; or of one partner, or the whole program, in a period.

    Caps of a period are settled with it. A program's budget is spent in the order of the
    orders' times, and what came after it was spent earns nothing.
    """

    per: Literal["order", "partner", "program"]
    period: Calendar | None = None
    amount_minor: Paid
    currency: Currency

    @model_validator(mode="after")
    def _period_unless_order(self) -> Self:
        if (self.per == "order") is not (self.period is None):
            raise ValueError("a cap per order has no period, every other cap has one")
        return self


class Floor(Value):
    """At least this much for an order that earns anything; or, in a period, in any case."""

    per: Literal["order", "partner"]
    period: Calendar | None = None
    amount_minor: Paid
    currency: Currency

    @model_validator(mode="after")
    def _period_unless_order(self) -> Self:
        if (self.per == "order") is not (self.period is None):
            raise ValueError("a floor per order has no period, one per partner has one")
        return self


class Override(Value):
    """A share of what partners earn whom this one brought (level 1), or they in turn (level 2)."""

    level: Literal[1, 2]
    rate_ppm: Rate
    months_max: Annotated[int, Field(ge=1, le=1200)] | None = None


class Milestone(Value):
    """An amount once a measure is reached within a period; with `every`, each time again.

    `basis` and `commission` are in minor units. A seasonal bonus is one with a `valid` time.
    """

    kind: Literal["milestone"] = "milestone"
    measure: Literal["orders", "new_customers", "leads", "clicks", "basis", "commission"]
    reaches: Annotated[Count, Field(ge=1)]
    period: Calendar
    every: bool = False
    amount_minor: Paid
    currency: Currency
    valid: TimeBox | None = None


class FirstSale(Value):
    """An amount, once, for the first order that is approved."""

    kind: Literal["first_sale"] = "first_sale"
    amount_minor: Paid
    currency: Currency


class SignUp(Value):
    """An amount for joining; with `after_first_sale`, once something was sold."""

    kind: Literal["sign_up"] = "sign_up"
    after_first_sale: bool = True
    amount_minor: Paid
    currency: Currency


class Tenure(Value):
    """An amount after so many months, if at least `orders_min` orders came in them."""

    kind: Literal["tenure"] = "tenure"
    months: Annotated[int, Field(ge=1, le=600)]
    orders_min: Count = 1
    amount_minor: Paid
    currency: Currency


class Task(Value):
    """An amount for something done and shown: proof is handed in, reviewed, then paid."""

    kind: Literal["task"] = "task"
    name: Name
    description: Annotated[str, Field(max_length=2000)] = ""
    times_max: Annotated[int, Field(ge=1, le=1000)] = 1
    amount_minor: Paid
    currency: Currency
    valid: TimeBox | None = None


class Views(Value):
    """An amount for each full `per_views` of a post's views or likes, up to `most_minor`."""

    kind: Literal["views"] = "views"
    per_views: Annotated[Count, Field(ge=1)]
    amount_minor: Paid
    most_minor: Paid
    currency: Currency


Bonus = Annotated[
    Milestone | FirstSale | SignUp | Tenure | Task | Views, Field(discriminator="kind")
]
