"""The versions of a partnership's agreement, as settlements ask for them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

from handsel.commissions.agreements import agreement_versions
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import EVER, Period, period_of
from handsel.engine.terms import Milestone, Percent, Rolling, Terms
from handsel.engine.terms.pay import Calendar

# The shorter first: a cap of a longer one looks at what a shorter one came to.
CALENDARS: tuple[Calendar, ...] = get_args(Calendar)


def versions_of(partnership_id: str) -> list[AgreementVersion]:
    """In the order of their numbers; a version with a pause in it stands there twice."""
    found = agreement_versions([partnership_id])[partnership_id]
    return sorted(found, key=lambda version: (version.number, version.valid_from))


def in_force(versions: Iterable[AgreementVersion], at: datetime) -> AgreementVersion | None:
    return next((version for version in versions if _holds(version, at)), None)


def overlapping(versions: Iterable[AgreementVersion], period: Period) -> list[AgreementVersion]:
    """Those in force at any time in a period."""
    start, end = period
    return [v for v in versions if v.valid_from < end and (v.valid_until or end) > start]


def _holds(version: AgreementVersion, at: datetime) -> bool:
    return version.valid_from <= at and (version.valid_until is None or at < version.valid_until)


def calendars_of(terms: Terms) -> set[Calendar]:
    """The calendar periods that these terms settle anything in."""
    tables = (rule.tiers for rule in terms.pay if isinstance(rule, Percent) and rule.tiers)
    periods = (table.period for table in tables)
    found: set[Calendar] = {period for period in periods if not isinstance(period, Rolling)}
    found |= {cap.period for cap in terms.caps if cap.period}
    found |= {floor.period for floor in terms.floors if floor.period}
    return found | {bonus.period for bonus in terms.bonuses if isinstance(bonus, Milestone)}


def period_at(
    at: datetime, calendar: Calendar, versions: Sequence[AgreementVersion]
) -> Period | None:
    """The period that a moment lies in, in the time zone of its last version.

    None where no version knows of that time. Where a new version names another time zone, the
    period in which that happens is cut by the new one.
    """
    known = [v for v in versions if v.valid_from <= at] or list(versions[:1])
    if not known:
        return None
    period = period_of(at, calendar, known[-1].terms.time_zone)
    last = overlapping(versions, period)[-1:]
    return period_of(at, calendar, last[0].terms.time_zone) if last else period


def first_day(period: Period, calendar: Calendar, zone: str) -> str:
    """The day a period began, as names want it."""
    if calendar == "ever" or period == EVER:
        return EVER[0].astimezone(UTC).date().isoformat()
    return period[0].astimezone(ZoneInfo(zone)).date().isoformat()


def by_name(versions: Iterable[AgreementVersion]) -> Mapping[str, AgreementVersion]:
    return {version.agreement: version for version in versions}
