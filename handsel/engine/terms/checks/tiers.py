"""Tiers that overlap, fall, or cannot be paid."""

from collections.abc import Iterator
from itertools import pairwise

from handsel.engine.terms.checks.problem import Problem, refused, warned
from handsel.engine.terms.model import Terms
from handsel.engine.terms.pay import Percent, Rolling, Tiers
from handsel.engine.terms.sentences import clause_number


def problems(terms: Terms) -> Iterator[Problem]:
    for place, rule in enumerate(terms.pay):
        if isinstance(rule, Percent) and rule.tiers is not None:
            yield from _steps(place, rule, rule.tiers)
            if isinstance(rule.tiers.period, Rolling) and rule.tiers.mode == "retroactive":
                # Orders before this one would be paid again by every order after them.
                field = f"pay.{place}.tiers.mode"
                yield refused("tiers_rolling_retroactive", field, clause=clause_number(place))


def _steps(place: int, rule: Percent, tiers: Tiers) -> Iterator[Problem]:
    field, clause = f"pay.{place}.tiers.steps", clause_number(place)
    for number, (before, step) in enumerate(pairwise(tiers.steps), start=1):
        if step.start <= before.start:
            yield refused(
                "tiers_unordered",
                f"{field}.{number}.start",
                clause=clause,
                first=number,
                second=number + 1,
            )
    rates = [rule.rate_ppm, *(step.rate_ppm for step in tiers.steps)]
    for number, (before_ppm, rate_ppm) in enumerate(pairwise(rates)):
        if rate_ppm == before_ppm:
            yield warned("tier_changes_nothing", f"{field}.{number}.rate_ppm", clause=clause)
        if rate_ppm < before_ppm:
            yield warned(
                "tiers_fall",
                f"{field}.{number}.rate_ppm",
                clause=clause,
                rate_ppm=rate_ppm,
                before_ppm=before_ppm,
            )
