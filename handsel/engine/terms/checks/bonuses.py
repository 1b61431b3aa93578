"""Bonuses that are paid twice, or never."""

from collections.abc import Iterator
from datetime import datetime

from handsel.engine.terms.checks.problem import Problem, refused, warned
from handsel.engine.terms.checks.reach import past
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Bonus, FirstSale, Lead, Milestone, SignUp, Task, Views
from handsel.engine.terms.sentences import clause_of


def problems(terms: Terms, at: datetime | None) -> Iterator[Problem]:
    for place, bonus in enumerate(terms.bonuses):
        field, clause = f"bonuses.{place}", clause_of(terms, "bonuses", place)
        if isinstance(bonus, Milestone | Task):
            yield from past(f"{field}.valid", bonus.valid, at, clause=clause)
        if isinstance(bonus, Views) and bonus.most_minor < bonus.amount_minor:
            yield refused("views_most_below_one", f"{field}.most_minor", clause=clause)
        if isinstance(bonus, Milestone):
            yield from _milestone(bonus, field, clause, terms)
    yield from _same_twice(terms)
    yield from _first_sale_twice(terms)
    yield from _perks(terms)


def _milestone(bonus: Milestone, field: str, clause: int, terms: Terms) -> Iterator[Problem]:
    if bonus.measure == "leads" and not _pays_leads(terms):
        yield warned("milestone_without_leads", f"{field}.measure", clause=clause)
    if bonus.measure == "clicks" and bonus.valid is not None:
        # Clicks are known as a number for each period, and not when each of them came.
        yield refused("clicks_not_timed", f"{field}.valid", clause=clause)


def _same_twice(terms: Terms) -> Iterator[Problem]:
    first: dict[object, int] = {}
    for place, bonus in enumerate(terms.bonuses):
        if (same := _what(bonus)) is None:
            continue
        other = first.setdefault(same, place)
        if other != place:
            clause = clause_of(terms, "bonuses", place)
            number = clause_of(terms, "bonuses", other)
            yield refused("bonus_twice", f"bonuses.{place}", clause=clause, other=number)


def _what(bonus: Bonus) -> object:
    """What tells a bonus from its like: a task's name, what a milestone asks for, or its kind where
    there can be but one. None: any number may stand side by side."""
    if isinstance(bonus, Task):
        return bonus.name
    if isinstance(bonus, Milestone):
        return bonus.model_copy(update={"amount_minor": 0})
    return bonus.kind if isinstance(bonus, FirstSale | SignUp) else None


def _pays_leads(terms: Terms) -> bool:
    return any(isinstance(rule, Lead) and rule.event == "lead" for rule in terms.pay)


def _first_sale_twice(terms: Terms) -> Iterator[Problem]:
    """The first sale and joining (once something was sold) are earned by the same order."""
    first = [place for place, bonus in enumerate(terms.bonuses) if isinstance(bonus, FirstSale)]
    joining = [
        place
        for place, bonus in enumerate(terms.bonuses)
        if isinstance(bonus, SignUp) and bonus.after_first_sale
    ]
    if first and joining:
        yield warned(
            "first_sale_twice",
            f"bonuses.{joining[0]}",
            clause=clause_of(terms, "bonuses", joining[0]),
            other=clause_of(terms, "bonuses", first[0]),
        )


def _perks(terms: Terms) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, perk in enumerate(terms.perks):
        other = first.setdefault(perk.name, place)
        if other != place:
            yield refused(
                "bonus_twice",
                f"perks.{place}.name",
                clause=clause_of(terms, "perks", place),
                other=clause_of(terms, "perks", other),
            )
