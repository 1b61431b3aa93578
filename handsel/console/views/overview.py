"""The overview: what partners brought, where the commission is, what waits for a person."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.console.figures import Figures, figures_of_period
from handsel.console.frame import program_at_hand, program_or_404
from handsel.console.marks import Event, events_of, marks_of
from handsel.console.needs import RECEIPT_READ, first_steps, needs_of
from handsel.console.owed import owed_in
from handsel.console.periods import NAMES, Period, chosen_period
from handsel.console.top import top_partners
from handsel.organizations.access import MemberRequest, requires_member
from handsel.ui.charts import Series, Unit, chart
from handsel.ui.figures import money_text
from handsel.ui.moments import date_text, period_text
from handsel.ui.tables import Cell, amount, csv_response


class Row(NamedTuple):
    """A day or week of the drawings, amounts in minor units."""

    first: date
    clicks: int
    orders: int
    new_customers: int
    revenue_minor: int
    commission_minor: int


@require_GET
@requires_member
def overview(request: MemberRequest) -> HttpResponse:
    program, member = program_at_hand(request), request.member
    if program is None:
        return render(request, "console/overview/no_program.html")
    period = chosen_period(request.GET)
    figures = figures_of_period(program, member, period)
    events = events_of(program, member, period)
    read = bool(request.session.get(RECEIPT_READ))
    context = {
        "period": period,
        "dates": period_text(period.first, period.last),
        "periods": _periods(request, period),
        "is_custom": _is_custom(request),
        "query": request.GET.urlencode(),
        "figures": figures,
        "before_words": _before_words(period),
        "revenue": _revenue_chart(figures, period, events),
        "commission": _commission_chart(figures),
        "finding": _finding(figures),
        "events": events,
        "table": list(_rows(figures))[::-1],
        "top": top_partners(program, member, period),
        "owed": owed_in(program, member),
        "needs": needs_of(program, member),
        "steps": first_steps(program, member, receipt_read=read),
    }
    return render(request, "console/overview/overview.html", context)


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """The period's figures as a table, a row for each day or week in which something happened."""
    program, period = program_or_404(request), chosen_period(request.GET)
    figures = figures_of_period(program, request.member, period)
    currency = figures.currency
    columns = [
        _("From"),
        _("Clicks"),
        _("Orders"),
        _("New customers"),
        _("Revenue"),
        _("Commission"),
        _("Currency"),
    ]
    rows: Iterator[list[Cell]] = (
        [
            row.first,
            row.clicks,
            row.orders,
            row.new_customers,
            amount(row.revenue_minor, currency),
            amount(row.commission_minor, currency),
            currency,
        ]
        for row in _rows(figures)
    )
    return csv_response(f"{program.slug}-{period.first}-{period.last}", columns, rows)


def _is_custom(request: MemberRequest) -> bool:
    return "since" in request.GET


def _periods(request: MemberRequest, period: Period) -> list[tuple[int, Any, bool]]:
    """Days, name, and whether it is shown."""
    custom = _is_custom(request)
    return [(days, name, not custom and days == period.days) for days, name in NAMES.items()]


def _before_words(period: Period) -> str:
    text = ngettext("The day before", "%(days)d days before", period.days)
    return text % {"days": period.days}


def _labels(period_days: Sequence[date]) -> list[str]:
    """`16 Oct`, all alike; two days of one name cannot be in a year of weeks."""
    today = localdate(now())
    return [date_text(day, today=today) for day in period_days]


def _revenue_chart(figures: Figures, period: Period, events: list[Event]) -> dict[str, Any]:
    series = (
        Series(_("Revenue"), figures.revenue_minor.course),
        Series(_before_words(period), figures.revenue_before, hand="before"),
    )
    labels = _labels(figures.buckets)
    marks = marks_of(events, period, labels)
    unit = Unit.money(figures.currency)
    return chart("line", labels, series, unit, marks, pair="upper", peak=True)


def _commission_chart(figures: Figures) -> dict[str, Any]:
    series = (Series(_("Commission"), figures.commission_minor.course, hand="partner"),)
    unit = Unit.money(figures.currency)
    return chart("bar", _labels(figures.buckets), series, unit, pair="lower")


def _finding(figures: Figures) -> str:
    """What the drawing shows, in a sentence, for those who do not see it."""
    course = figures.revenue_minor.course
    if not any(course):
        return _("Nothing was sold through partners in this period.")
    best = max(range(len(course)), key=course.__getitem__)
    return _("Revenue through partners was highest on %(day)s, with %(amount)s.") % {
        "day": _labels(figures.buckets)[best],
        "amount": money_text(course[best], figures.currency),
    }


def _rows(figures: Figures) -> Iterator[Row]:
    """The drawings as figures; days on which nothing happened are left out."""
    rows = zip(
        figures.buckets,
        figures.clicks.course,
        figures.orders.course,
        figures.new_customers.course,
        figures.revenue_minor.course,
        figures.commission_minor.course,
        strict=True,
    )
    return (Row(*row) for row in rows if any(row[1:]))
