"""What other terms would have changed: a program's, a group's or a partnership's own history.

How it is to be read, and what it cannot know: docs/replay.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.commissions.agreements import agreement_versions
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import day_start, months_after
from handsel.engine.replay import Comparison, Replay, as_agreed, as_proposed, compare
from handsel.engine.terms import Terms
from handsel.engine.values import moment_text
from handsel.errors import InvalidInput
from handsel.insights.history_files import Made, made, read_history
from handsel.insights.replay.extract import Told, forget_history, fresh_history, prepared
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Group, Program
from handsel.rows.scope import as_system

__all__ = [
    "MONTHS",
    "PeriodUnfit",
    "Replayed",
    "Scope",
    "Told",
    "as_data",
    "forget_history",
    "fresh_history",
    "last_months",
    "prepared",
    "replay",
]

MONTHS = 12


class PeriodUnfit(InvalidInput):
    """History has no such time."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose terms are tried: those of one partnership, of a group, or of the whole program."""

    program: Program
    group: Group | None = None
    partnership: Partnership | None = None

    def partnerships(self) -> list[str]:
        """A group's are those without terms of their own; they alone get what it offers."""
        rows = Partnership.objects.filter(program=self.program)
        if self.partnership is not None:
            return [self.partnership.pk]
        if self.group is not None:
            of_group = (
                Agreement.objects.filter(partnership=OuterRef("pk"))
                .order_by("-version")
                .values("group_terms")[:1]
            )
            mine = rows.filter(group=self.group).annotate(of_group=Subquery(of_group))
            return list(mine.filter(of_group__isnull=False).values_list("pk", flat=True))
        return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Replayed:
    """`mine` are the partnerships whose terms were tried."""

    comparison: Comparison
    mine: Collection[str]
    made: Made


def last_months(zone: str, months: int = MONTHS) -> tuple[datetime, datetime]:
    """Whole months up to the beginning of this one, where days begin as the terms say."""
    first = now().astimezone(ZoneInfo(zone)).date().replace(day=1)
    until = day_start(first, zone)
    return months_after(until, -months, zone), until


def replay(
    scope: Scope,
    terms: Terms,
    since: datetime,
    until: datetime,
    *,
    only_own: bool = False,
    told: Told | None = None,
    anew: bool = False,
) -> Replayed:
    """The program's orders from `since` (included) until `until` (excluded) under the agreements as
    they were, and once more with these terms for everybody in the scope.

    `only_own`: with nobody's figures but the scope's own, as a partner may see them. Raises
    PeriodUnfit, and InvalidInput where the terms are in a currency that the program has not.
    """
    _check(scope.program, terms, since, until)
    folder = fresh_history(scope.program, told, anew=anew)
    known = made(folder)
    assert known is not None
    with as_system():
        mine = scope.partnerships()
        versions = _versions(scope.program)
    replay = _loaded(folder, known)
    agreed = as_agreed(versions, replay.history)
    proposed = as_proposed(versions, replay.history, terms, set(mine))
    comparison = compare(
        replay.under(agreed, since, until),
        replay.under(proposed, since, until),
        terms,
        only=set(mine) if only_own else None,
        versions=agreed,
    )
    return Replayed(comparison, frozenset(mine), known)


def as_data(found: Replayed) -> dict[str, Any]:
    """For programs: amounts in minor units, moments in UTC, what is taken for granted as codes."""
    compared = found.comparison
    band = compared.band
    return {
        "since": moment_text(compared.since),
        "until": moment_text(compared.until),
        "currency": compared.currency,
        "now_minor": compared.now_minor,
        "then_minor": compared.then_minor,
        "change_minor": compared.change_minor,
        "partners_gaining": compared.gaining,
        "partners_losing": compared.losing,
        "orders": compared.orders,
        "orders_unpaid_now": compared.unpaid_now,
        "orders_unpaid_then": compared.unpaid_then,
        "band": band
        and {
            "low_minor": band.low_minor,
            "high_minor": band.high_minor,
            "rises_ppm": band.rises_ppm,
        },
        "partners": [
            one._asdict() | {"change_minor": one.change_minor} for one in compared.partners
        ],
        "months": [
            {
                "first": one.first.isoformat(),
                "now_minor": one.now_minor,
                "then_minor": one.then_minor,
            }
            for one in compared.months
        ],
        "assumptions": [one.model_dump(mode="json") for one in compared.assumptions],
        "history": {"made_at": moment_text(found.made.at), "seconds": found.made.seconds},
    }


def _versions(program: Program) -> Sequence[AgreementVersion]:
    names = Partnership.objects.filter(program=program).values_list("pk", flat=True)
    return [version for mine in agreement_versions(names).values() for version in mine]


@lru_cache(maxsize=2)
def _loaded(folder: Path, _made: Made) -> Replay:
    """The files of a history in memory, until it is made anew."""
    return Replay(read_history(folder))


def _check(program: Program, terms: Terms, since: datetime, until: datetime) -> None:
    if until > now() + timedelta(seconds=1):
        raise PeriodUnfit(
            _("What lies ahead has not happened yet, so it cannot be replayed."),
            field="until",
            remedy=_("Choose dates that end today at the latest."),
        )
    if since >= until:
        raise PeriodUnfit(
            _("The dates end before they begin."),
            field="until",
            remedy=_("Choose a last day that is not before the first one."),
        )
    if terms.currency != program.currency:
        raise InvalidInput(
            _("These terms are in %(given)s, the program’s orders in %(expected)s.")
            % {"given": terms.currency, "expected": program.currency},
            field="currency",
            remedy=_("Use terms in the currency of the program."),
        )
