"""Budgets of programs: spent in the order of the orders' times, whoever's they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from handsel.commissions.models import Commission, Unsettled
from handsel.commissions.settling.versions import CALENDARS
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import Period, period_of
from handsel.engine.settling import BudgetSpent, Rest, Spending, spent
from handsel.engine.terms import Cap, Terms
from handsel.engine.terms.pay import Calendar
from handsel.engine.terms.sentences import clause_of
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.queries import terms_of


def budget_terms(program_id: str) -> list[Terms]:
    """Each terms of the program's agreements that have a budget, once."""
    rows = Agreement.objects.filter(
        partnership__program=program_id, terms__caps__contains=[{"per": "program"}]
    )
    once = rows.order_by("terms_digest").distinct("terms_digest")
    return [terms_of(row) for row in once]


def spent_budgets(
    partnership: Partnership,
    versions: Sequence[AgreementVersion],
    calendar: Calendar,
    start: datetime,
) -> tuple[BudgetSpent, ...]:
    """The budgets of these versions that were spent, of this calendar and of longer ones: for the
    periods that a period of `calendar` that starts then lies in."""
    found: dict[tuple[str, int], BudgetSpent] = {}
    for version in versions:
        for place, cap, budget_calendar in _budgets(version.terms):
            if CALENDARS.index(budget_calendar) < CALENDARS.index(calendar):
                continue
            period = period_of(start, budget_calendar, version.terms.time_zone)
            rest = _rests(partnership.program_id, cap, period).get(
                (partnership.pk, version.agreement)
            )
            if rest is not None:
                clause = clause_of(version.terms, "caps", place)
                found[version.agreement, clause] = BudgetSpent(
                    agreement=version.agreement,
                    clause=clause,
                    at=rest.at,
                    rest_minor=rest.rest_minor,
                )
    return tuple(found[name] for name in sorted(found))


def _budgets(terms: Terms) -> Iterator[tuple[int, Cap, Calendar]]:
    for place, cap in enumerate(terms.caps):
        if cap.per == "program" and cap.period:
            yield place, cap, cap.period


def _rests(program_id: str, cap: Cap, period: Period) -> dict[tuple[str, str], Rest]:
    """By partnership and version. What was declined or taken back has cost nothing."""
    rows = (
        Commission.objects.filter(
            program=program_id,
            kind=Commission.Kind.ORDER,
            currency=cap.currency,
            occurred_at__gte=period[0],
            occurred_at__lt=period[1],
            amount_minor__gt=0,
        )
        .exclude(status=Commission.Status.DECLINED)
        .values_list(
            "occurred_at",
            "conversion__order_reference",
            "partnership_id",
            "agreement_id",
            "amount_minor",
        )
    )
    return spent(cap.amount_minor, (Spending(*row) for row in rows))


def note_others(
    partnership: Partnership, moments: Sequence[datetime], budgets: Sequence[Terms]
) -> None:
    """Note whom a change of this partnership's orders concerns as well: who has earned since a
    budget was spent, or had earned then by what was told before."""
    others: dict[str, datetime] = {}
    for moment in moments:
        for terms in budgets:
            for _place, cap, calendar in _budgets(terms):
                period = period_of(moment, calendar, terms.time_zone)
                rests = _rests(partnership.program_id, cap, period)
                others |= dict.fromkeys((name for name, _agreement in rests), moment)
                settled = Commission.objects.filter(
                    program=partnership.program_id,
                    kind=Commission.Kind.PERIOD,
                    about__period=calendar,
                    starts_at=period[0],
                ).exclude(amount_minor=0)
                names = settled.values_list("partnership_id", flat=True)
                others |= dict.fromkeys(names, moment)
    others.pop(partnership.pk, None)
    rows = Partnership.objects.in_bulk(list(others))
    Unsettled.objects.bulk_create(
        Unsettled(
            brand_id=row.brand_id,
            partner_id=row.partner_id,
            partnership_id=row.pk,
            at=others[row.pk],
        )
        for row in rows.values()
    )
