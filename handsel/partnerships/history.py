"""The versions of an agreement, each with what it changed: the history of what was promised."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from handsel.clock import now
from handsel.engine.terms import Clause, Difference, differences, sentences
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.queries import signed_by, terms_of
from handsel.programs.models import Group, GroupTerms
from handsel.programs.queries import terms_of as read_terms


class VersionStep(NamedTuple):
    """`found` is what is different from the version before; empty for the first. `state` is
    `in_force`, `to_come`, `superseded` or `ended`."""

    version: Agreement
    before: Agreement | None
    clauses: Sequence[Clause]
    found: Sequence[Difference]
    signed: str
    state: str


def steps_of(partnership: Partnership) -> list[VersionStep]:
    """The latest first."""
    rows = partnership.agreements.order_by("version").prefetch_related("acceptances__member__user")
    steps: list[VersionStep] = []
    before: Agreement | None = None
    for version in rows:
        terms = terms_of(version)
        found = differences(terms_of(before), terms) if before else []
        steps.append(
            VersionStep(
                version,
                before,
                sentences(terms),
                found,
                signed_by(version),
                _state(version, partnership),
            )
        )
        before = version
    return steps[::-1]


class GroupStep(NamedTuple):
    version: GroupTerms
    found: Sequence[Difference]


def group_steps(group: Group) -> list[GroupStep]:
    """The versions of a group's terms, the latest first, each with what it changed."""
    rows = list(group.versions.select_related("by__user").order_by("number"))
    read = [read_terms(row) for row in rows]
    found = [[], *(differences(old, new) for old, new in pairwise(read))]
    steps = [GroupStep(row, changed) for row, changed in zip(rows, found, strict=True)]
    return steps[::-1]


def _state(version: Agreement, partnership: Partnership) -> str:
    at = now()
    if version.valid_from > at:
        return "to_come"
    if version.valid_until is not None and version.valid_until <= at:
        return "superseded"
    return "ended" if partnership.status == "ended" else "in_force"
