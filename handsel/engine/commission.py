"""What a partnership earns for an order, and why: the road from facts to an amount.

Evaluation semantics are versioned. What EVALUATION_VERSION 1 gives is fixed for ever by the golden
receipts in `tests/golden/`: a change of meaning is a new version beside it.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, get_args

from pydantic import Field

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import (
    Attribution,
    Credit,
    Ineligible,
    Touch,
    Verdict,
    attribute,
)
from handsel.engine.earning import Circumstances, CommissionLine, Earning, earn, hold_until
from handsel.engine.orders import Fact, OrderState, fold
from handsel.engine.terms.conditions import Count
from handsel.engine.terms.growing import Growing
from handsel.engine.values import Amount, Currency, Id, Moment, ParamValue, Step, Value, moment_text

__all__ = [
    "EVALUATION_VERSION",
    "CommissionLine",
    "Earning",
    "Evaluation",
    "Inputs",
    "Standing",
    "earn",
    "evaluate",
    "hold_until",
    "judge",
]

EVALUATION_VERSION = 1
INELIGIBLE = frozenset(get_args(Ineligible))


class Standing(Value):
    """What counted in the days before an order, for the rolling tiers of one rule (see `clause`).

    Minor units of what counts, or orders, as the tiers measure; the order itself is left out.
    """

    agreement: Id
    clause: Annotated[int, Field(ge=1)]
    counted_before: Count


class Inputs(Growing):
    """Everything an evaluation depends on, and nothing else."""

    ADDED: ClassVar[frozenset[str]] = frozenset({"standings"})

    facts: tuple[Fact, ...]
    touches: tuple[Touch, ...]
    agreements: tuple[AgreementVersion, ...]
    standings: tuple[Standing, ...] = ()


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
    return evaluate(
        state,
        attribution,
        inputs.agreements,
        partnership,
        touches=inputs.touches,
        standings=inputs.standings,
    )


def evaluate(
    state: OrderState,
    attribution: Attribution,
    agreements: Sequence[AgreementVersion],
    partnership: str,
    *,
    touches: Sequence[Touch] = (),
    standings: Sequence[Standing] = (),
) -> Evaluation:
    """What a partnership earns. After a refund it is called again, and the difference is posted.

    `touches` are what rules may ask about, `standings` what rolling tiers start from: a rule that
    has none begins at nothing.

    Raises WrongCurrency when the order is in another currency than the terms, and ValueError when
    the credited agreement version is not among `agreements`.
    """
    credit = attribution.credit_of(partnership)
    if credit is None:
        return _uncredited(state, attribution, partnership)

    by_id = {version.agreement: version for version in agreements}
    versions = [by_id.get(name) for name in (credit.agreement, credit.also) if name is not None]
    given = circumstances(attribution, credit, touches)
    earnings = [
        (version, earn(state, version.terms, _with_standings(given, version, standings)))
        for version in versions
        if version
    ]
    if not earnings or len(earnings) < len(versions):
        raise ValueError("The credited agreement version is missing.")
    # Of equal amounts the first, the version of the click, is used.
    used, earning = max(earnings, key=lambda pair: pair[1].amount_minor)
    until = hold_until(state, used.terms)
    steps = [
        _order_step(state),
        *_event_step(state),
        *attribution.steps,
        _terms_step(used, credit),
        *_better_step(earnings, used),
        *earning.steps,
        Step(
            code="hold",
            params={
                "days": used.terms.hold.days,
                "starts": used.terms.hold.starts,
                "until": moment_text(until) if until else None,
            },
        ),
    ]
    return Evaluation(
        evaluation_version=EVALUATION_VERSION,
        partnership=partnership,
        order=state.order,
        amount_minor=earning.amount_minor,
        currency=earning.currency,
        credit=credit,
        agreement=used.agreement,
        verdicts=attribution.verdicts,
        lines=earning.lines,
        steps=tuple(steps),
        hold_until=until,
    )


def circumstances(
    attribution: Attribution, credit: Credit, touches: Sequence[Touch]
) -> Circumstances:
    """What the partner's own eligible touches say, and the part of the order that is theirs."""
    weights = tuple(one.weight for one in attribution.credits)
    place = attribution.credits.index(credit)
    ineligible = {v.touch_id for v in attribution.verdicts if v.code in INELIGIBLE}
    own = [
        touch
        for touch in touches
        if touch.partnership == credit.partnership and touch.touch_id not in ineligible
    ]
    codes = frozenset(touch.reference for touch in own if touch.kind == "code")
    clicks = [touch for touch in own if touch.kind == "click"]
    if not clicks:
        return Circumstances(codes=codes, weights=weights, place=place)
    click = max(
        clicks,
        key=lambda t: (t.touch_id == credit.touch_id, t.occurred_at, t.sequence, t.touch_id),
    )
    return Circumstances(
        country=click.country,
        device=click.device,
        source=click.source,
        link=click.link,
        codes=codes,
        weights=weights,
        place=place,
    )


def _with_standings(
    given: Circumstances, version: AgreementVersion, standings: Sequence[Standing]
) -> Circumstances:
    if not standings:
        return given
    known = {
        one.clause: one.counted_before for one in standings if one.agreement == version.agreement
    }
    return given._replace(standings=known)


def _uncredited(state: OrderState, attribution: Attribution, partnership: str) -> Evaluation:
    reason = "another_touch" if attribution.credits else "no_eligible_touch"
    if attribution.decided_by == "channel":
        reason = "own_channel"
    return Evaluation(
        evaluation_version=EVALUATION_VERSION,
        partnership=partnership,
        order=state.order,
        amount_minor=0,
        currency=state.currency,
        credit=None,
        agreement=None,
        verdicts=attribution.verdicts,
        lines=(),
        steps=(
            _order_step(state),
            *_event_step(state),
            *attribution.steps,
            Step(code="not_credited", params={"reason": reason}),
        ),
        hold_until=None,
    )


def _order_step(state: OrderState) -> Step:
    return Step(
        code="order",
        params={
            "order": state.order,
            "occurred_at": moment_text(state.occurred_at),
            "is_verified": state.is_verified,
            "is_cancelled": state.cancelled_at is not None,
            "customer_is_new": state.customer_is_new,
        },
    )


def _event_step(state: OrderState) -> list[Step]:
    """What happened, where it is no sale."""
    if state.event == "sale":
        return []
    params: dict[str, ParamValue] = {"event": state.event}
    if state.event == "renewal":
        params |= {"number": state.renewal, "renews": state.renews}
    return [Step(code="event", params=params)]


def _terms_step(used: AgreementVersion, credit: Credit) -> Step:
    because = credit.because if used.agreement == credit.agreement else "better_at_once"
    return Step(
        code="terms",
        params={"agreement": used.agreement, "number": used.number, "because": because},
    )


def _better_step(
    earnings: Sequence[tuple[AgreementVersion, Earning]], used: AgreementVersion
) -> list[Step]:
    """Where two versions were evaluated: what each would pay, the older first."""
    if len(earnings) < 2:
        return []
    (older, older_earning), (newer, newer_earning) = earnings
    params = {
        "older": older.number,
        "older_minor": older_earning.amount_minor,
        "newer": newer.number,
        "newer_minor": newer_earning.amount_minor,
        "used": used.number,
    }
    return [Step(code="better_at_once", params=params)]
