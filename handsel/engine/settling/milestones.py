"""Bonuses for what is reached within a period; with `every`, each time again.

While several versions follow each other, each pays what is reached while it is in force: the last
one counts the whole period, an earlier one what lies before its end. What one has paid, a later one
with the same milestone does not pay again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from handsel.engine.earning.conditions import time_unmet
from handsel.engine.earning.rules import rounded
from handsel.engine.settling.inputs import Member
from handsel.engine.settling.member import own_minor
from handsel.engine.settling.tiered import Found, Line
from handsel.engine.terms import Milestone, Terms, TimeBox
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sentences import clause_of
from handsel.engine.values import ParamValue, Step

Measure = Literal["orders", "new_customers", "leads", "clicks", "basis", "commission"]


class Reached(NamedTuple):
    """What a period has come to: its orders, the clicks, and what its tiers add to commissions."""

    members: Sequence[Member]
    clicks: int
    tiers_minor: int


def milestones(
    versions: Mapping[str, Terms],
    ends: Mapping[str, datetime | None],
    reached: Reached,
    period: Calendar,
) -> Iterator[Found]:
    """What each version's milestones of this period pay. `ends`: None for the last version."""
    paid: dict[tuple[Measure, int, bool, TimeBox | None], int] = {}
    for agreement, terms in versions.items():
        counted: dict[tuple[Measure, int, bool, TimeBox | None], int] = {}
        for place, bonus in enumerate(terms.bonuses):
            if not isinstance(bonus, Milestone) or bonus.period != period:
                continue
            key = bonus.measure, bonus.reaches, bonus.every, bonus.valid
            measured = _measured(bonus, reached, ends[agreement])
            times = max(0, measured) // bonus.reaches
            times = times if bonus.every else min(times, 1)
            counted[key] = max(times, paid.get(key, 0))
            times = max(0, times - paid.get(key, 0))
            clause = clause_of(terms, "bonuses", place)
            unit = "counted_minor" if bonus.measure in ("basis", "commission") else "counted"
            params: dict[str, ParamValue] = {
                "clause": clause,
                "measure": bonus.measure,
                unit: measured,
                unit.replace("counted", "reaches"): bonus.reaches,
            }
            yield Step(code="measured", params=params)
            if times:
                amount_minor = times * bonus.amount_minor
                yield Line(agreement, rounded(clause, "milestone", amount_minor, quantity=times))
        paid |= counted


def _measured(bonus: Milestone, reached: Reached, end: datetime | None) -> int:
    if bonus.measure == "clicks":
        return reached.clicks if end is None else 0
    members = [
        member
        for member in reached.members
        if (end is None or member.occurred_at < end)
        and time_unmet(bonus.valid, member.occurred_at) is None
    ]
    if bonus.measure == "basis":
        return sum(own_minor(member, member.counts_minor) for member in members)
    if bonus.measure == "commission":
        tiers_minor = reached.tiers_minor if end is None and bonus.valid is None else 0
        return sum(member.amount_minor for member in members) + tiers_minor
    return sum(_counts(member, bonus.measure) for member in members if not member.is_spent)


def _counts(member: Member, measure: Measure) -> bool:
    if measure == "leads":
        return member.event == "lead"
    is_order = member.event in ("sale", "renewal")
    return is_order and (measure == "orders" or member.customer_is_new is True)
