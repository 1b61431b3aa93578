"""Periods of a partnership: tiers, milestones, floors, caps and budgets."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from handsel.clicks.models import ClickTotal
from handsel.clock import now
from handsel.commissions.models import Commission, Unsettled
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.budgets import spent_budgets
from handsel.commissions.settling.members import Members, members_in
from handsel.commissions.settling.versions import (
    CALENDARS,
    calendars_of,
    first_day,
    overlapping,
    period_at,
)
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import EVER, Period
from handsel.engine.settling import AlsoEarned, PeriodInputs
from handsel.engine.terms import Milestone, Terms
from handsel.engine.terms.pay import Calendar
from handsel.partnerships.models import Partnership

# Each settlement keeps the orders it was made from. So that a long period with many orders does
# not keep them again after every single one, it waits the longer the more there are; half an hour
# for 360 orders.
AT_ONCE_UNTIL = 50
SECONDS_PER_ORDER = 5


def settle_periods(
    partnership: Partnership, moments: Iterable[datetime], versions: Sequence[AgreementVersion]
) -> None:
    """Settle every period that one of these moments lies in, the shorter before the longer."""
    moments = sorted(set(moments))
    used = {calendar for version in versions for calendar in calendars_of(version.terms)}
    for calendar in CALENDARS:
        if calendar in used:
            found = {period_at(moment, calendar, versions) for moment in moments}
            for period in sorted(period for period in found if period):
                _settle(partnership, calendar, period, versions)


def _settle(
    partnership: Partnership,
    calendar: Calendar,
    period: Period,
    versions: Sequence[AgreementVersion],
) -> None:
    if _is_too_early(partnership, calendar, period):
        return
    found = members_in(partnership.pk, period)
    involved = _involved(found, versions, period)
    if not any(calendar in calendars_of(version.terms) for version in involved):
        return
    last = max(involved, key=lambda version: (version.number, version.agreement))
    start, end = period
    began_at = max(start, min(version.valid_from for version in involved))
    book(
        Booking(
            partnership=partnership,
            inputs=PeriodInputs(
                partnership=partnership.pk,
                period=calendar,
                start=start,
                end=end,
                agreements=tuple(involved),
                members=found.members,
                spent=spent_budgets(partnership, involved, calendar, start),
                clicks=_clicks(partnership, involved, calendar, period),
                also=_also(partnership, involved, calendar, period),
            ),
            about={
                "period": calendar,
                "start": first_day(period, calendar, last.terms.time_zone),
            },
            occurred_at=max((one.occurred_at for one in found.members), default=began_at),
            starts_at=start,
            ends_at=end,
        )
    )


def _involved(
    found: Members, versions: Sequence[AgreementVersion], period: Period
) -> list[AgreementVersion]:
    """The versions in force in a period, and those that its orders were evaluated with; the latter
    as they were stored with them, where there is no trace of them any more."""
    own = overlapping(versions, period)
    names = {version.agreement for version in own}
    known = {version.agreement: version for version in versions}
    return own + [
        known.get(name, version) for name, version in found.versions.items() if name not in names
    ]


def _is_too_early(partnership: Partnership, calendar: Calendar, period: Period) -> bool:
    """Whether it was settled only just, with so many orders that it can wait; then it is noted."""
    row = (
        Commission.objects.filter(
            partnership=partnership,
            kind=Commission.Kind.PERIOD,
            starts_at=period[0],
            about__period=calendar,
        )
        .order_by("-pk")
        .first()
    )
    last = row.revisions.order_by("-number").first() if row else None
    if last is None or (orders := len(last.inputs["members"])) <= AT_ONCE_UNTIL:
        return False
    due_at = last.recorded_at + timedelta(seconds=orders * SECONDS_PER_ORDER)
    if due_at <= now():
        return False
    Unsettled.objects.get_or_create(
        partnership_id=partnership.pk,
        commission_id=None,
        at=period[0],
        due_at=due_at,
        defaults={"brand_id": partnership.brand_id, "partner_id": partnership.partner_id},
    )
    return True


def _clicks(
    partnership: Partnership,
    involved: Sequence[AgreementVersion],
    calendar: Calendar,
    period: Period,
) -> int:
    """Clicks that counted, where a milestone asks for them; by days of UTC, as all sums of clicks
    that are kept for good."""
    if not any(
        isinstance(bonus, Milestone) and (bonus.measure, bonus.period) == ("clicks", calendar)
        for version in involved
        for bonus in version.terms.bonuses
    ):
        return 0
    days = ClickTotal.objects.filter(partnership_id=partnership.pk)
    if period != EVER:
        half_a_day = timedelta(hours=12)
        first, end = ((moment + half_a_day).date() for moment in period)
        days = days.filter(day__gte=first, day__lt=end)
    return int(days.aggregate(all=Sum("clicks"))["all"] or 0)


def _also(
    partnership: Partnership,
    involved: Sequence[AgreementVersion],
    calendar: Calendar,
    period: Period,
) -> tuple[AlsoEarned, ...]:
    """What was earned in the period besides its orders, where a cap or a floor looks at it: days of
    clicks, and shorter periods that began in it."""
    if not any(_is_bounded(version.terms, calendar) for version in involved):
        return ()
    names = {version.agreement for version in involved}
    shorter = CALENDARS[: CALENDARS.index(calendar)]
    rows = (
        Commission.objects.filter(
            partnership=partnership,
            kind__in=(Commission.Kind.DAY, Commission.Kind.PERIOD),
            starts_at__gte=period[0],
            starts_at__lt=period[1],
            agreement__in=names,
        )
        .exclude(status=Commission.Status.DECLINED)
        .order_by("starts_at", "pk")
    )
    return tuple(
        AlsoEarned(
            kind="day" if row.kind == Commission.Kind.DAY else "period",
            subject=row.subject,
            agreement=row.agreement_id,
            amount_minor=row.amount_minor,
        )
        for row in rows
        if row.kind == Commission.Kind.DAY or row.about["period"] in shorter
    )


def _is_bounded(terms: Terms, calendar: Calendar) -> bool:
    """Whether a cap or a floor of the partner's is settled with this period."""
    caps = any(cap.per == "partner" and cap.period == calendar for cap in terms.caps)
    return caps or any(floor.period == calendar for floor in terms.floors)
