"""What was answered so far in the first steps. Kept in the session; holds no password."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from handsel.engine.money import PPM, exponent
from handsel.engine.terms import AttributionTerms, Fixed, Hold, PayRule, Percent, Terms, When

STEPS = ("you", "goal", "program", "terms")
SESSION_KEY = "start"
Answer = dict[str, Any]


@dataclass
class Answers:
    """One answer for each step, as JSON can carry it."""

    session: SessionBase

    def get(self, step: str) -> Answer:
        kept: Mapping[str, Answer] = self.session.get(SESSION_KEY, {})
        return dict(kept.get(step, {}))

    def keep(self, step: str, answer: Answer) -> None:
        self.session[SESSION_KEY] = {**self.session.get(SESSION_KEY, {}), step: answer}

    def forget(self) -> None:
        self.session.pop(SESSION_KEY, None)

    def first_missing(self) -> str:
        """The step to do next; the last one when all are answered."""
        return next((step for step in STEPS if not self.get(step)), STEPS[-1])

    def reached(self, step: str) -> bool:
        return STEPS.index(step) <= STEPS.index(self.first_missing())


def minor_units(amount: Decimal, currency: str) -> int:
    """
    >>> minor_units(Decimal("5.50"), "EUR"), minor_units(Decimal("5"), "JPY")
    (550, 5)
    """
    return int(amount.scaleb(exponent(currency)))


def terms_of(
    currency: str, *, rate: Decimal, bonus: Decimal | None, window_days: int, hold_days: int
) -> Terms:
    """Terms from what people write: `rate` in per cent, `bonus` in whole units with decimals."""
    pay: list[PayRule] = [Percent(rate_ppm=int(rate * PPM / 100))]
    if bonus:
        pay.append(
            Fixed(
                amount_minor=minor_units(bonus, currency),
                currency=currency,
                when=When(customer="new"),
            )
        )
    return Terms(
        currency=currency,
        attribution=AttributionTerms(window_days=window_days),
        pay=tuple(pay),
        hold=Hold(days=hold_days),
    )
