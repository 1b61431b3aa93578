"""The terms language, version 1. The JSON Schema beside it is made from here."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator

from handsel.engine.terms.conflicts import refuse_ties
from handsel.engine.terms.growing import Growing
from handsel.engine.terms.pay import Bonus, Cap, Floor, Override, PayRule
from handsel.engine.terms.sections import (
    AttributionTerms,
    Basis,
    CustomerDiscount,
    Ending,
    Hold,
    PayoutTerms,
    Perk,
    Promotion,
    Recurring,
    RefundTerms,
)
from handsel.engine.values import Currency
from handsel.errors import InvalidInput

if TYPE_CHECKING:
    from handsel.engine.terms.sentences import Section

RULES_MAX = 100


class TermsCurrencyMixed(InvalidInput):
    """A fixed amount in another currency than the terms."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not the name of a time zone, as Europe/Stockholm")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Terms(Growing):
    """What two sides agree on.

    `time_zone` is where days and months begin. Raises TermsCurrencyMixed and TermsAmbiguous,
    besides what pydantic refuses; what else makes no sense is found by `checks.problems`.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset(
        {
            "bonuses",
            "caps",
            "floors",
            "overrides",
            "recurring",
            "customer_discount",
            "perks",
            "promotion",
            "ending",
            "time_zone",
        }
    )

    schema_version: Literal[1] = 1
    currency: Currency
    attribution: AttributionTerms = AttributionTerms()
    basis: Basis = Basis()
    pay: Annotated[tuple[PayRule, ...], Field(min_length=1, max_length=RULES_MAX)]
    hold: Hold = Hold()
    refunds: RefundTerms = RefundTerms()
    payout: PayoutTerms = PayoutTerms()
    bonuses: Annotated[tuple[Bonus, ...], Field(max_length=RULES_MAX)] = ()
    caps: Annotated[tuple[Cap, ...], Field(max_length=20)] = ()
    floors: Annotated[tuple[Floor, ...], Field(max_length=20)] = ()
    overrides: Annotated[tuple[Override, ...], Field(max_length=2)] = ()
    recurring: Recurring = Recurring()
    customer_discount: CustomerDiscount | None = None
    perks: Annotated[tuple[Perk, ...], Field(max_length=20)] = ()
    promotion: Promotion = Promotion()
    ending: Ending = Ending()
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        for section, place, currency in self._currencies():
            if currency not in (None, self.currency):
                self._refuse_currency(section, place, currency)
        return self

    def _currencies(self) -> Iterator[tuple["Section", int, str | None]]:
        sections: tuple[Section, ...] = ("pay", "bonuses", "caps", "floors")
        for section in sections:
            for place, rule in enumerate(getattr(self, section)):
                yield section, place, getattr(rule, "currency", None)
        if self.customer_discount is not None:
            yield "customer_discount", 0, self.customer_discount.currency

    def _refuse_currency(self, section: "Section", place: int, currency: str) -> None:
        # The numbers of clauses are made from terms, and so stand above them.
        from handsel.engine.terms.sentences import clause_of

        clause = clause_of(self, section, place)
        at = section if section == "customer_discount" else f"{section}.{place}"
        raise TermsCurrencyMixed(
            f"§{clause} is in {currency}, the terms are in {self.currency}.",
            field=f"{at}.currency",
            remedy="Pay fixed amounts in the currency of the terms.",
            params={"clause": clause, "currency": currency, "expected": self.currency},
        )

    @model_validator(mode="after")
    def _no_ties(self) -> Self:
        refuse_ties(self.pay)
        return self
