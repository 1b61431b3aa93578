"""A bonus that something was done for: a first sale, joining, staying, a task, a post's views."""

from collections.abc import Iterator
from typing import Literal

from handsel.engine.earning.conditions import TimeUnmet, time_unmet
from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded, said
from handsel.engine.periods import months_after
from handsel.engine.settling.inputs import BonusInputs
from handsel.engine.settling.settlement import Settlement, settled
from handsel.engine.terms import Bonus, FirstSale, SignUp, Task, Tenure, Views
from handsel.engine.terms.sentences import clause_of
from handsel.engine.values import ParamValue, Step, moment_text

Unearned = Literal[
    "no_order",
    "joining_unknown",
    TimeUnmet,
    "too_few_orders",
    "times_max",
    "too_few_views",
]


def settle_bonus(inputs: BonusInputs) -> Settlement:
    """What a bonus pays, or why it pays nothing. It waits for no returns.

    Raises ValueError where the agreement has no such bonus: milestones are settled with a period.
    """
    terms = inputs.agreement.terms
    if inputs.agreement.partnership != inputs.partnership:
        raise ValueError("An agreement of another partnership is no part of this.")
    if inputs.place >= len(terms.bonuses):
        raise ValueError("The agreement has no such bonus.")
    bonus = terms.bonuses[inputs.place]
    clause = clause_of(terms, "bonuses", inputs.place)
    reason = _unmet(bonus, inputs)
    lines = [] if reason else list(_lines(bonus, clause, inputs))
    earned: dict[str, ParamValue] = {
        "clause": clause,
        "kind": bonus.kind,
        "earned_at": moment_text(inputs.earned_at),
        "because": inputs.because,
        "number": inputs.number,
    }
    unearned: dict[str, ParamValue] = {"clause": clause, "reason": reason}
    return settled(
        kind="bonus",
        partnership=inputs.partnership,
        subject=_subject(bonus, inputs),
        agreement=inputs.agreement.agreement,
        currency=terms.currency,
        lines=lines,
        steps=[
            Step(code="bonus", params=earned),
            *([Step(code="bonus_not_earned", params=unearned)] if reason else []),
            *map(said, lines),
        ],
        hold_until=inputs.earned_at,
    )


def _unmet(bonus: Bonus, inputs: BonusInputs) -> Unearned | None:
    """Why nothing was earned, if so."""
    match bonus:
        case FirstSale():
            return None if inputs.because else "no_order"
        case SignUp():
            return "no_order" if bonus.after_first_sale and inputs.orders == 0 else None
        case Tenure():
            return _tenure_unmet(bonus, inputs)
        case Task():
            late = time_unmet(bonus.valid, inputs.earned_at)
            return "times_max" if inputs.number > bonus.times_max else late
        case Views():
            return "too_few_views" if inputs.views < bonus.per_views else None
    raise ValueError("A milestone is settled with its period.")


def _tenure_unmet(bonus: Tenure, inputs: BonusInputs) -> Unearned | None:
    if inputs.joined_at is None:
        return "joining_unknown"
    zone = inputs.agreement.terms.time_zone
    if inputs.earned_at < months_after(inputs.joined_at, bonus.months, zone):
        return "too_early"
    return None if inputs.orders >= bonus.orders_min else "too_few_orders"


def _lines(bonus: Bonus, clause: int, inputs: BonusInputs) -> Iterator[CommissionLine]:
    if not isinstance(bonus, Views):
        yield rounded(clause, bonus.kind, bonus.amount_minor)
        return
    times = inputs.views // bonus.per_views
    whole_minor = times * bonus.amount_minor
    yield rounded(clause, "views", whole_minor, quantity=inputs.views)
    if whole_minor > bonus.most_minor:
        yield rounded(clause, "cap", bonus.most_minor - whole_minor)


def _subject(bonus: Bonus, inputs: BonusInputs) -> str:
    """What is paid once: joining and a first sale ever, a tenure per length, a task each time."""
    match bonus:
        case Tenure():
            return f"tenure:{bonus.months}"
        case Task():
            return f"task:{inputs.number}:{bonus.name}"[:200]
        case Views():
            return f"views:{inputs.because}"[:200]
    return bonus.kind
