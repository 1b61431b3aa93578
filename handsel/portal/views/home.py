"""A partner's first page: what was earned, what to share, what is next."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.clock import now
from handsel.links.addresses import link_url
from handsel.links.models import Code, Link
from handsel.organizations.access import ReaderRequest, requires_reader
from handsel.partnerships.models import Partnership, not_ended
from handsel.portal.bars import month_bars, month_name, same_days_before
from handsel.portal.earnings import (
    Period,
    by_place,
    month_start,
    own_commissions,
    standings,
    this_month,
)
from handsel.portal.first_sale import first_sale
from handsel.portal.next_payout import next_of
from handsel.portal.own import own, partnerships_of
from handsel.portal.programs import program_shown
from handsel.portal.rows import earnings_shown
from handsel.portal.sharing import best_first, brought_today, span_of
from handsel.portal.waiting import waiting_for
from handsel.rows.querysets import ActsFor

LATEST = 5
PLACES = 6


@require_GET
@requires_reader
def home(request: ReaderRequest) -> HttpResponse:
    partnerships = partnerships_of(request.member)
    if not partnerships:
        return render(request, "portal/nothing.html")
    programs = [program_shown(one) for one in partnerships]
    return render(
        request,
        "portal/home.html",
        {
            **_hero(request.member, partnerships),
            **_link_to_share(request.member),
            **_latest(request.member),
            "waiting": waiting_for(request.member, programs),
            "first_sale": first_sale(request.member, partnerships),
            "programs": programs,
        },
    )


def _hero(member: ActsFor, partnerships: Sequence[Partnership]) -> dict[str, object]:
    """The month so far, and where the money stands: the main currency first, then the others."""
    today = localdate(now())
    periods = this_month(member, today)
    currency = periods[0].currency if periods else partnerships[0].program.currency
    period = periods[0] if periods else Period(currency, 0, 0, (0,) * today.day, 0)
    held = standings(partnerships)
    change_ppm = _change_ppm(period)
    return {
        "title": _("Earned in %(month)s so far") % {"month": month_name(today)},
        "period": period,
        "same_days": same_days_before(today),
        "next_payout": next_of(partnerships, currency),
        "other_periods": [other for other in periods[1:] if other.amount_minor],
        "change_ppm": change_ppm,
        "change_size_ppm": abs(change_ppm or 0),
        "bars": month_bars(period.days_minor, currency, today),
        "standings": sorted(held.values(), key=lambda one: one.currency != currency),
        "currency": currency,
    }


def _change_ppm(period: Period) -> int | None:
    """Against the same days of the month before, in whole per cent; None without such days."""
    if not period.before_minor:
        return None
    difference = period.amount_minor - period.before_minor
    return round(100 * difference / period.before_minor) * 10_000


def _link_to_share(member: ActsFor) -> dict[str, object]:
    """Of links that work, in partnerships that go on, the one that brought most of late; and the
    codes."""
    today = localdate(now())
    working = Q(disabled_at=None) & not_ended("partnership__")
    links = own(Link.objects.all(), member).filter(working)
    best = best_first(member, links, span_of("month", today))[:1]
    link = links.get(pk=best[0]) if best else None
    codes = own(Code.objects.all(), member).filter(working).select_related("program")
    clicks, orders = brought_today(member, link, today) if link else (0, 0)
    return {
        "link": link,
        "address": link_url(link) if link else "",
        "clicks_today": clicks,
        "orders_today": orders,
        "codes": codes.order_by("created_at")[:3],
    }


def _latest(member: ActsFor) -> dict[str, object]:
    latest = list(own_commissions(member)[:LATEST])
    month = own_commissions(member, since=month_start(localdate(now())))
    places = by_place(month)
    most: dict[str, int] = {}
    for place in places:
        most[place.currency] = max(place.amount_minor, most.get(place.currency, 0))
    return {
        "latest": earnings_shown(member, latest),
        "places": [(place, most[place.currency]) for place in places[:PLACES]],
    }
