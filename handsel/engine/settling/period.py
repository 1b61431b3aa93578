"""A period of one partnership: tiers, milestones, budget, floor, caps, in this order.

A function of the set of its orders: in whatever order they come, the settlement is the same, and
when one of them changes it is settled again and the difference posted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from handsel.engine.agreements import AgreementVersion
from handsel.engine.earning.rules import said
from handsel.engine.periods import period_of
from handsel.engine.settling.bounded import cap_lines, floor_line
from handsel.engine.settling.budget import is_covered, taken_lines
from handsel.engine.settling.inputs import BudgetSpent, PeriodInputs
from handsel.engine.settling.milestones import Reached, milestones
from handsel.engine.settling.settlement import Settlement, settled
from handsel.engine.settling.tiered import Found, Line, tiered
from handsel.engine.terms import Terms
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sentences import clause_of
from handsel.engine.values import ParamValue, Step, moment_text

CALENDARS = get_args(Calendar)


def settle_period(inputs: PeriodInputs) -> Settlement:
    """What a partnership earns for a period besides its orders; may be negative. Its hold runs from
    the end of the period, from the last order where there is no end.

    Raises ValueError for inputs that are none of one period.
    """
    versions = _versions(inputs.agreements)
    _check(inputs, versions)
    last = versions[-1]
    terms = {version.agreement: version.terms for version in versions}
    found = list(_found(inputs, versions, terms))
    return settled(
        kind="period",
        partnership=inputs.partnership,
        subject=subject_of(inputs, last.terms.time_zone),
        agreement=last.agreement,
        currency=last.terms.currency,
        lines=[one.line for one in found if isinstance(one, Line)],
        steps=[
            *_opening(inputs, versions),
            *(said(one.line) if isinstance(one, Line) else one for one in found),
        ],
        hold_until=_closes_at(inputs) + timedelta(days=last.terms.hold.days),
    )


def subject_of(inputs: PeriodInputs, zone: str) -> str:
    """The name of a period among its partnership's: `month:2026-09-01`."""
    if inputs.period == "ever":
        return "ever"
    return f"{inputs.period}:{inputs.start.astimezone(ZoneInfo(zone)).date().isoformat()}"


def _found(
    inputs: PeriodInputs, versions: Sequence[AgreementVersion], terms: Mapping[str, Terms]
) -> Iterator[Found]:
    covered = [member for member in inputs.members if is_covered(member, inputs.spent)]
    own_minor: defaultdict[str, int] = defaultdict(int)
    for member in inputs.members:
        own_minor[member.agreement] += member.amount_minor
    for other in inputs.also:
        own_minor[other.agreement] += other.amount_minor

    def adding(more: Iterable[Found]) -> Iterator[Found]:
        for one in more:
            if isinstance(one, Line):
                own_minor[one.agreement] += one.line.amount_minor
            yield one

    found = list(adding(tiered(terms, covered, inputs.period)))
    reached = Reached(covered, inputs.clicks, _sum_minor(found))
    yield from found
    yield from adding(milestones(terms, _ends(versions), reached, inputs.period))
    yield from adding(_budgets(inputs, terms))
    yield from adding(list(floor_line(terms, own_minor, inputs.period)))
    yield from list(cap_lines(terms, own_minor, inputs.period))


def _budgets(inputs: PeriodInputs, terms: Mapping[str, Terms]) -> Iterator[Found]:
    """Budgets of this very period take back; those of other periods are settled with theirs, the
    shorter first."""
    spent = sorted(
        inputs.spent,
        key=lambda one: (CALENDARS.index(_calendar(one, terms)), one.agreement, one.clause),
    )
    for budget, line in taken_lines(spent, inputs.members):
        if _calendar(budget, terms) == inputs.period:
            at: dict[str, ParamValue] = {"spent_at": moment_text(budget.at)}
            yield Step(code="budget_spent", params={"clause": budget.clause, **at})
            yield Line(budget.agreement, line)


def _calendar(budget: BudgetSpent, terms: Mapping[str, Terms]) -> Calendar:
    """The period of the cap that is meant."""
    its_terms = terms[budget.agreement]
    for place, cap in enumerate(its_terms.caps):
        is_meant = clause_of(its_terms, "caps", place) == budget.clause
        if cap.period and cap.per == "program" and is_meant:
            return cap.period
    raise ValueError(f"§{budget.clause} of {budget.agreement} is no budget.")


def _sum_minor(found: Iterable[Found]) -> int:
    return sum(one.line.amount_minor for one in found if isinstance(one, Line))


def _versions(agreements: Iterable[AgreementVersion]) -> list[AgreementVersion]:
    """Each version once, the last of its periods, by number."""
    by_name: dict[str, AgreementVersion] = {}
    for version in sorted(agreements, key=lambda one: one.valid_from):
        by_name[version.agreement] = version
    return sorted(by_name.values(), key=lambda one: (one.number, one.agreement))


def _ends(versions: Sequence[AgreementVersion]) -> dict[str, datetime | None]:
    ends = {version.agreement: version.valid_until for version in versions}
    return {**ends, versions[-1].agreement: None}


def _check(inputs: PeriodInputs, versions: Sequence[AgreementVersion]) -> None:
    names = {version.agreement for version in versions}
    named = {member.agreement for member in inputs.members}
    named |= {one.agreement for one in inputs.spent} | {one.agreement for one in inputs.also}
    if named - names:
        raise ValueError("An agreement version is missing.")
    if {version.partnership for version in versions} != {inputs.partnership}:
        raise ValueError("An agreement of another partnership is no part of this.")
    if len({version.terms.currency for version in versions}) > 1:
        raise ValueError("One period is settled in one currency.")
    if len({member.order for member in inputs.members}) < len(inputs.members):
        raise ValueError("An order stands twice among the members.")
    if not all(inputs.start <= member.occurred_at < inputs.end for member in inputs.members):
        raise ValueError("An order lies outside the period.")
    zone = versions[-1].terms.time_zone
    if period_of(inputs.start, inputs.period, zone) != (inputs.start, inputs.end):
        raise ValueError(f"This is no {inputs.period} in {zone}.")


def _closes_at(inputs: PeriodInputs) -> datetime:
    """When nothing can be added any more; what has no end closes with its last order."""
    if inputs.period != "ever":
        return inputs.end
    return max((member.occurred_at for member in inputs.members), default=inputs.start)


def _opening(inputs: PeriodInputs, versions: Sequence[AgreementVersion]) -> list[Step]:
    """Which period, what its orders earned, and under which versions."""
    period: dict[str, ParamValue] = {
        "period": inputs.period,
        "start_at": moment_text(inputs.start),
        "end_at": moment_text(inputs.end),
        "orders": len(inputs.members),
        "amount_minor": sum(member.amount_minor for member in inputs.members),
    }
    counts = Counter(member.agreement for member in inputs.members)
    under: list[Step] = [
        Step(
            code="settled_under",
            params={
                "agreement": version.agreement,
                "number": version.number,
                "orders": counts[version.agreement],
            },
        )
        for version in versions
    ]
    also_minor = sum(one.amount_minor for one in inputs.also)
    also = [Step(code="also_earned", params={"amount_minor": also_minor})] if inputs.also else []
    return [Step(code="period", params=period), *under, *also]
