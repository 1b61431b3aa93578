"""The overview: what partners brought, where the commission is, what waits for a person."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.console.figures import Figures, figures_of_period, top_partners
from handsel.console.frame import program_at_hand
from handsel.console.needs import RECEIPT_READ, first_steps, needs_of
from handsel.console.owed import owed_in
from handsel.console.periods import NAMES, period_until_today
from handsel.organizations.access import MemberRequest, requires_member
from handsel.ui.charts import Series, Unit, chart
from handsel.ui.figures import money_text
from handsel.ui.moments import day_text


@require_GET
@requires_member
def overview(request: MemberRequest) -> HttpResponse:
    program, member = program_at_hand(request), request.member
    if program is None:
        return render(request, "console/overview/no_program.html")
    period = period_until_today(request.GET.get("days", ""))
    figures = figures_of_period(program, member, period)
    read = bool(request.session.get(RECEIPT_READ))
    context = {
        "period": period,
        "periods": [(days, name, days == period.days) for days, name in NAMES.items()],
        "figures": figures,
        "revenue": _revenue_chart(figures),
        "commission": _commission_chart(figures),
        "finding": _finding(figures),
        "table": _table(figures),
        "top": top_partners(program, member, period),
        "owed": owed_in(program, member),
        "needs": needs_of(program, member),
        "steps": first_steps(program, member, receipt_read=read),
    }
    return render(request, "console/overview/overview.html", context)


def _labels(period_days: tuple[date, ...]) -> list[str]:
    """`16 Oct`, with the weekday near today; two days of one name cannot be in a year of weeks."""
    today = localdate(now())
    return [day_text(day, today=today) for day in period_days]


def _revenue_chart(figures: Figures) -> dict[str, Any]:
    series = (
        Series(_("Revenue"), figures.revenue_minor.course),
        Series(_("The period before"), figures.revenue_before, hand="before"),
    )
    return chart("line", _labels(figures.buckets), series, Unit.money(figures.currency))


def _commission_chart(figures: Figures) -> dict[str, Any]:
    series = (Series(_("Commission"), figures.commission_minor.course, hand="partner"),)
    return chart("bar", _labels(figures.buckets), series, Unit.money(figures.currency))


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


def _table(figures: Figures) -> list[tuple[date, int, int, int, int]]:
    """The drawings as figures, the latest first; days on which nothing happened are left out."""
    rows = zip(
        figures.buckets,
        figures.clicks.course,
        figures.orders.course,
        figures.revenue_minor.course,
        figures.commission_minor.course,
        strict=True,
    )
    return [row for row in rows if any(row[1:])][::-1]
