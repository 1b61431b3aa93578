"""Everything a settlement depends on, and nothing else: one kind of inputs for each kind of it."""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning.line import CommissionLine
from handsel.engine.orders.facts import CountryOrUnknown
from handsel.engine.terms.conditions import Count, Event
from handsel.engine.terms.growing import Growing
from handsel.engine.terms.pay import Calendar
from handsel.engine.values import Amount, Currency, Hash, Id, Moment, Value

Text = Annotated[str, StringConstraints(max_length=200)]
Versions = Annotated[tuple[AgreementVersion, ...], Field(min_length=1)]


class Member(Growing):
    """An order in a period, as it was evaluated for the partnership (see `member_of`).

    `lines` are those of the evaluation: with several partners the line `share` takes the whole
    down to the partnership's own part, of `weight` in `weights`. `counts_minor` is what counts of
    the whole order. `is_spent`: it was cancelled, or everything was sent back.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset({"weight", "weights", "is_spent"})

    order: Id
    occurred_at: Moment
    agreement: Id
    customer_is_new: bool | None
    event: Event
    amount_minor: Amount
    counts_minor: Amount
    lines: tuple[CommissionLine, ...]
    weight: Annotated[int, Field(ge=1)] = 1
    weights: Annotated[int, Field(ge=1)] = 1
    is_spent: bool = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(line.amount_minor for line in self.lines) != self.amount_minor:
            raise ValueError("the lines do not add up to the amount")
        if self.weight > self.weights:
            raise ValueError("weight is more than weights")
        return self


class BudgetSpent(Value):
    """A program's budget, spent at a moment within or before the period (see `spent`).

    `clause` is the § of the cap in `agreement`. Of what this partnership's orders under it earned,
    those before `at` keep all, those of that very moment `rest_minor` together, later ones nothing.
    """

    agreement: Id
    clause: Annotated[int, Field(ge=1)]
    at: Moment
    rest_minor: Annotated[Amount, Field(ge=0)]


class AlsoEarned(Value):
    """What else was earned in a period under an agreement: a day of clicks, a shorter period."""

    kind: Literal["day", "period"]
    subject: Id
    agreement: Id
    amount_minor: Amount


class PeriodInputs(Value):
    """The orders of one partnership in one period, from `start` (included) to `end` (excluded).

    `agreements` are the versions in force at any time in it, and those that its members name.
    `clicks` is how many counted. `also` is what caps and floors look at besides the orders.
    """

    kind: Literal["period"] = "period"
    partnership: Id
    period: Calendar
    start: Moment
    end: Moment
    agreements: Versions
    members: tuple[Member, ...] = ()
    spent: tuple[BudgetSpent, ...] = ()
    clicks: Count = 0
    also: tuple[AlsoEarned, ...] = ()


class DayCount(Value):
    """Clicks that count, and impressions, of one kind, under the version in force at them."""

    agreement: Id
    country: CountryOrUnknown = ""
    device: Text = ""
    source: Text = ""
    clicks: Count = 0
    impressions: Count = 0


class DayInputs(Value):
    """One link on one day, in the time zone of the terms. `link` is its slug."""

    kind: Literal["day"] = "day"
    partnership: Id
    link: Id
    day: date
    agreements: Versions
    counts: tuple[DayCount, ...]


class BonusInputs(Value):
    """A bonus of an agreement (`terms.bonuses[place]`) and what it was earned by.

    `because` names it: the order of a first sale, a task's proof, a post. `number` counts the times
    a task was done, `views` those of the post. `joined_at` and `orders` (that earned something
    since) are for joining and tenure.
    """

    kind: Literal["bonus"] = "bonus"
    partnership: Id
    agreement: AgreementVersion
    place: Annotated[int, Field(ge=0)]
    earned_at: Moment
    number: Annotated[int, Field(ge=1)] = 1
    views: Count = 0
    because: Text = ""
    joined_at: Moment | None = None
    orders: Count = 0


class Earned(Value):
    """A commission of the partner who was brought: all that the other one sees of it."""

    commission: Id
    partnership: Id
    occurred_at: Moment
    amount_minor: Amount
    currency: Currency


class OverrideInputs(Value):
    """A share of what another partner earned, who was brought at `brought_at`."""

    kind: Literal["override"] = "override"
    partnership: Id
    agreement: AgreementVersion
    level: Literal[1, 2]
    brought_at: Moment
    of: Earned


class ManualInputs(Value):
    """An amount that a person decided. `reason_digest` is the SHA-256 of the reason they gave."""

    kind: Literal["manual"] = "manual"
    partnership: Id
    amount_minor: Amount
    currency: Currency
    reason_digest: Hash
    at: Moment


SettlementInputs = Annotated[
    PeriodInputs | DayInputs | BonusInputs | OverrideInputs | ManualInputs,
    Field(discriminator="kind"),
]
