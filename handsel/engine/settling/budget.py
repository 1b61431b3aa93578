"""A program's budget: spent in the order of the orders' times, whoever's they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from handsel.engine.earning.line import CommissionLine
from handsel.engine.earning.rules import rounded
from handsel.engine.settling.inputs import BudgetSpent, Member


class Spending(NamedTuple):
    """What an order earned for one of the program's partnerships under a version of its terms."""

    occurred_at: datetime
    order: str
    partnership: str
    agreement: str
    amount_minor: int


class Rest(NamedTuple):
    """When a budget was spent, and what the orders of that very moment still get together."""

    at: datetime
    rest_minor: int


def spent(budget_minor: int, spendings: Iterable[Spending]) -> dict[tuple[str, str], Rest]:
    """For each partnership and version: when the budget was spent, if it was, and its rest.

    Orders of one moment are taken by their reference, so that only the set decides. The moment is
    that of the order which the budget no longer covers whole.

    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 1, tzinfo=UTC)
    >>> one, two = Spending(at, "1", "ben", "a", 600), Spending(at, "2", "cleo", "b", 600)
    >>> {name[0]: rest.rest_minor for name, rest in spent(1000, [two, one]).items()}
    {'ben': 600, 'cleo': 400}
    """
    ordered = sorted(spendings)
    left_minor = budget_minor
    for place, spending in enumerate(ordered):
        if spending.amount_minor > left_minor:
            return _rests(ordered, place, left_minor)
        left_minor -= spending.amount_minor
    return {}


def _rests(ordered: Sequence[Spending], place: int, left_minor: int) -> dict[tuple[str, str], Rest]:
    at = ordered[place].occurred_at
    rests: defaultdict[tuple[str, str], int] = defaultdict(int)
    for before in ordered[:place]:
        rests[before.partnership, before.agreement] += (
            before.amount_minor if before.occurred_at == at else 0
        )
    for one in ordered[place:]:
        rests[one.partnership, one.agreement] += 0
    rests[ordered[place].partnership, ordered[place].agreement] += left_minor
    return {name: Rest(at, rest_minor) for name, rest_minor in rests.items()}


def is_covered(member: Member, spent_budgets: Sequence[BudgetSpent]) -> bool:
    """Whether an order came before every budget was spent, or at that very moment."""
    return not any(
        budget.agreement == member.agreement and member.occurred_at > budget.at
        for budget in spent_budgets
    )


def taken_lines(
    budgets: Iterable[BudgetSpent], members: Sequence[Member]
) -> Iterator[tuple[BudgetSpent, CommissionLine]]:
    """What the orders were paid that a budget did not cover any more, one budget after the other:
    what one has taken, the next one does not take again."""
    left_minor: defaultdict[tuple[str, datetime], int] = defaultdict(int)
    for member in members:
        left_minor[member.agreement, member.occurred_at] += member.amount_minor
    for budget in budgets:
        above_minor = 0
        for (agreement, at), minor in left_minor.items():
            if agreement == budget.agreement and at >= budget.at:
                kept_minor = min(minor, budget.rest_minor) if at == budget.at else 0
                left_minor[agreement, at] = kept_minor
                above_minor += minor - kept_minor
        later = sum(
            member.agreement == budget.agreement and member.occurred_at > budget.at
            for member in members
        )
        if above_minor:
            yield budget, rounded(budget.clause, "budget", -above_minor, quantity=later)
