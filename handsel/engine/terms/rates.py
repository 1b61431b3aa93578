"""What terms pay, as a table: a row for each rule of pay, with its steps where it has tiers."""

from itertools import pairwise
from typing import Literal

from handsel.engine.terms.conditions import TimeBox, When
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import (
    Calendar,
    Excluded,
    Fixed,
    Lead,
    PayRule,
    Percent,
    PerThousand,
    Rolling,
)
from handsel.engine.terms.sentences import clause_number
from handsel.engine.values import Value

# What a row pays for: a share of what counts, or an amount for each of these.
PaysFor = Literal[
    "share", "order", "item", "lead", "sign_up", "click", "thousand_impressions", "nothing"
]


class RateStep(Value):
    """From `start` (included) to `end` (excluded; None: no end), in minor units or orders."""

    start: int
    end: int | None
    rate_ppm: int


class RateRow(Value):
    """One rule of pay. `steps` has the rule's own rate first, where there are tiers."""

    clause: int
    pays_for: PaysFor
    rate_ppm: int | None = None
    amount_minor: int | None = None
    when: When
    valid: TimeBox | None = None
    steps: tuple[RateStep, ...] = ()
    measure: Literal["basis", "orders"] | None = None
    period: Calendar | Rolling | None = None
    mode: Literal["marginal", "retroactive"] | None = None


def rates(terms: Terms) -> tuple[RateRow, ...]:
    """The rules of pay in the order of their clauses.

    >>> terms = Terms(currency="EUR", pay=(Percent(rate_ppm=95_000),))
    >>> [(row.clause, row.pays_for, row.rate_ppm) for row in rates(terms)]
    [(2, 'share', 95000)]
    """
    return tuple(_row(clause_number(place), rule) for place, rule in enumerate(terms.pay))


def _row(clause: int, rule: PayRule) -> RateRow:
    if not isinstance(rule, Percent):
        return RateRow(
            clause=clause,
            pays_for=pays_for(rule),
            amount_minor=None if isinstance(rule, Excluded) else rule.amount_minor,
            when=rule.when,
            valid=rule.valid,
        )
    row = RateRow(
        clause=clause,
        pays_for="share",
        rate_ppm=rule.rate_ppm,
        when=rule.when,
        valid=rule.valid,
    )
    if rule.tiers is None:
        return row
    frame = {name: getattr(rule.tiers, name) for name in ("measure", "period", "mode")}
    return row.model_copy(update={"steps": _steps(rule), **frame})


def pays_for(rule: PayRule) -> PaysFor:
    if isinstance(rule, Percent):
        return "share"
    if isinstance(rule, Fixed):
        return rule.per
    if isinstance(rule, Lead):
        return rule.event
    if isinstance(rule, Excluded):
        return "nothing"
    return "thousand_impressions" if isinstance(rule, PerThousand) else "click"


def _steps(rule: Percent) -> tuple[RateStep, ...]:
    steps = [(step.start, step.rate_ppm) for step in rule.tiers.steps] if rule.tiers else []
    starts = [(0, rule.rate_ppm), *steps]
    ends = [start for _, (start, _) in pairwise(starts)]
    return tuple(
        RateStep(start=start, end=end, rate_ppm=rate_ppm)
        for (start, rate_ppm), end in zip(starts, [*ends, None], strict=True)
    )
