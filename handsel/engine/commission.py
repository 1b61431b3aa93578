"""What a credit earns: every rule's arithmetic, written down as it is done.

Evaluation semantics are versioned. What EVALUATION_VERSION 1 gives is fixed for ever by the golden
receipts in `tests/golden/`: a change of meaning is a new version beside it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import Attribution, Credit, Touch, Verdict, attribute
from handsel.engine.money import PPM, round_half_away
from handsel.engine.orders import Fact, LineState, OrderState, WrongCurrency, fold
from handsel.engine.terms import Basis, Fixed, Percent, Terms, When, clause_number
from handsel.engine.values import Amount, Currency, Id, Moment, Step, Value, moment_text

EVALUATION_VERSION = 1


class Inputs(Value):
    """Everything an evaluation depends on, and nothing else."""

    facts: tuple[Fact, ...]
    touches: tuple[Touch, ...]
    agreements: tuple[AgreementVersion, ...]


class CommissionLine(Value):
    """One order times one rule, rounded once.

    The exact amount is `numerator` / `denominator`: basis times ppm over a million for a percent
    rule, the amount over one for a fixed rule. `clause` is the § of the agreement.
    """

    clause: int
    kind: Literal["percent", "fixed"]
    basis_minor: Amount | None
    rate_ppm: int | None
    numerator: int
    denominator: int
    amount_minor: Amount


class Earning(Value):
    """What an order earns under terms; the lines add up to the amount."""

    amount_minor: Amount
    currency: Currency
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]


class Evaluation(Value):
    """What one partnership earns for one order, and every step that led there.

    `credit` is None and the amount 0 when another touch, or none, is credited. `agreement` is the
    version that was used. `hold_until` is None while a hold from delivery waits for the delivery.
    """

    evaluation_version: int
    partnership: Id
    order: Id
    amount_minor: Amount
    currency: Currency
    credit: Credit | None
    agreement: Id | None
    verdicts: tuple[Verdict, ...]
    lines: tuple[CommissionLine, ...]
    steps: tuple[Step, ...]
    hold_until: Moment | None


def judge(inputs: Inputs, partnership: str) -> Evaluation:
    """From inputs to what one partnership earns: the whole road, as receipts and proofs repeat it.

    Raises what `fold` and `evaluate` raise.
    """
    state = fold(inputs.facts)
    attribution = attribute(inputs.touches, state.occurred_at, inputs.agreements)
    return evaluate(state, attribution, inputs.agreements, partnership)


def evaluate(
    state: OrderState,
    attribution: Attribution,
    agreements: Sequence[AgreementVersion],
    partnership: str,
) -> Evaluation:
    """What a partnership earns. After a refund it is called again, and the difference is posted.

    Raises WrongCurrency when the order is in another currency than the terms.
    """
    raise NotImplementedError


def earn(state: OrderState, terms: Terms) -> Earning:
    """What an order earns under terms, whoever is credited: for replay, examples and what-if.

    Raises WrongCurrency when the order is in another currency than the terms.
    """
    raise NotImplementedError


def hold_until(state: OrderState, terms: Terms) -> datetime | None:
    """When the hold ends; None while it waits for a delivery that was not reported yet."""
    start = state.occurred_at if terms.hold.starts == "order" else state.delivered_at
    return start and start + timedelta(days=terms.hold.days)
