"""The members of the terms language, version 1. The JSON Schema beside it is made from here."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from handsel.engine.money import PPM
from handsel.engine.values import AMOUNT_MINOR_MAX, Currency, Value
from handsel.errors import InvalidInput


class TermsAmbiguous(InvalidInput):
    """Two percent rules could apply to the same article and neither is more specific."""


class TermsCurrencyMixed(InvalidInput):
    """A fixed amount in another currency than the terms."""


class AttributionTerms(Value):
    """Who is credited. A code on the order comes before any click.

    A click counts for `window_days` times 24 hours, judged by the version in force at the click.
    With `better_at_once`, a click from before this version is also evaluated under it, and the
    higher amount is paid.
    """

    model: Literal["last_click"] = "last_click"
    window_days: Annotated[int, Field(ge=1, le=3650)] = 30
    code_precedence: Literal["code_before_click"] = "code_before_click"
    better_at_once: bool = False


class Basis(Value):
    """What of an order counts. By default: goods, after discounts, without tax."""

    with_tax: bool = False
    with_shipping: bool = False
    before_discounts: bool = False


class When(Value):
    """All that is given must hold; an empty list asks nothing. Lists mean "any of"."""

    customer: Literal["new", "returning"] | None = None
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Articles before categories before customers: the higher is the more specific."""
        return bool(self.skus), bool(self.categories), self.customer is not None

    def overlaps(self, other: "When") -> bool:
        """Whether one article of one order can meet both."""
        return (
            (None in (self.customer, other.customer) or self.customer == other.customer)
            and _share(self.skus, other.skus)
            and _share(self.categories, other.categories)
        )


class Percent(Value):
    """A rate of what counts. Each article is paid by its most specific percent rule only."""

    kind: Literal["percent"] = "percent"
    rate_ppm: Annotated[int, Field(ge=1, le=PPM)]
    when: When = When()


class Fixed(Value):
    """An amount per order, on top of percentages, while anything it asks for is left."""

    kind: Literal["fixed"] = "fixed"
    amount_minor: Annotated[int, Field(ge=1, le=AMOUNT_MINOR_MAX)]
    currency: Currency
    per: Literal["order"] = "order"
    when: When = When()


PayRule = Annotated[Percent | Fixed, Field(discriminator="kind")]


class Hold(Value):
    """How long a commission waits for returns. From delivery: it waits until one is reported."""

    days: Annotated[int, Field(ge=0, le=365)] = 30
    starts: Literal["order", "delivery"] = "order"


class RefundTerms(Value):
    """Percentages follow what is left of an order; fixed parts stay until nothing is left."""

    fixed_parts: Literal["until_nothing_is_left"] = "until_nothing_is_left"


class PayoutTerms(Value):
    """Payouts wait until this much is payable, in the currency of the terms."""

    threshold_minor: Annotated[int, Field(ge=0, le=AMOUNT_MINOR_MAX)] = 0


class Terms(Value):
    """What two sides agree on.

    Raises TermsCurrencyMixed and TermsAmbiguous, besides what pydantic refuses.
    """

    schema_version: Literal[1] = 1
    currency: Currency
    attribution: AttributionTerms = AttributionTerms()
    basis: Basis = Basis()
    pay: Annotated[tuple[PayRule, ...], Field(min_length=1, max_length=100)]
    hold: Hold = Hold()
    refunds: RefundTerms = RefundTerms()
    payout: PayoutTerms = PayoutTerms()

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        for place, rule in enumerate(self.pay):
            if isinstance(rule, Fixed) and rule.currency != self.currency:
                raise TermsCurrencyMixed(
                    f"Rule {place + 1} pays {rule.currency}, the terms {self.currency}.",
                    field=f"pay.{place}.currency",
                    remedy="Pay fixed amounts in the currency of the terms.",
                    params={"currency": rule.currency, "expected": self.currency},
                )
        return self

    @model_validator(mode="after")
    def _no_ties(self) -> Self:
        for place, rule in enumerate(self.pay):
            for earlier, other in enumerate(self.pay[:place]):
                if _tie(rule, other):
                    raise TermsAmbiguous(
                        f"Rules {earlier + 1} and {place + 1} could both pay the same article.",
                        field=f"pay.{place}.when",
                        remedy="Make one of the two rules more specific, or remove it.",
                        params={"first": earlier + 1, "second": place + 1},
                    )
        return self


def _tie(one: Percent | Fixed, other: Percent | Fixed) -> bool:
    if not (isinstance(one, Percent) and isinstance(other, Percent)):
        return False
    same_rank = one.when.specificity == other.when.specificity
    return same_rank and one.when.overlaps(other.when)


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)
