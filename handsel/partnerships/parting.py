"""What will happen when a partnership, or a whole program, ends: said before anybody decides."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from handsel.clock import now
from handsel.engine.payouts import next_payout_day
from handsel.partnerships.ending import notice_days
from handsel.partnerships.models import Partnership
from handsel.partnerships.queries import agreement_in_force, terms_of
from handsel.programs.models import Program

# A code that the buyer still has keeps its discount at the shop; here it credits nobody.
CODES_SHOWN = 6


@dataclass(frozen=True)
class Parting:
    """`orders_until`: after it no earlier click counts. `last_payout_on`: by then the last order's
    commission has been approved, and is paid where nothing is sent back."""

    notice_days: int
    ends_at: datetime
    links_total: int
    codes: list[str]
    leads_to: str
    window_days: int
    tail_days: int | None
    hold_days: int
    orders_until: datetime
    last_payout_on: date


def parting_of(partnership: Partnership, ends_at: datetime | None = None) -> Parting:
    """As the version in force says; `ends_at` is the earliest end unless it is known."""
    program = partnership.program
    days = notice_days(partnership)
    end = ends_at or now() + timedelta(days=days)
    version = agreement_in_force(partnership, at=now())
    terms = terms_of(version) if version else None
    window = terms.attribution.window_days if terms else 0
    tail = terms.ending.tail_days if terms else None
    hold = terms.hold.days if terms else 0
    counted = window if tail is None else min(window, tail)
    orders_until = end + timedelta(days=counted)
    codes = partnership.codes.filter(disabled_at=None).order_by("created_at")
    return Parting(
        notice_days=days,
        ends_at=end,
        links_total=partnership.links.filter(disabled_at=None).count(),
        codes=list(codes.values_list("code", flat=True)[:CODES_SHOWN]),
        leads_to=program.fallback_url or program.site_url,
        window_days=window,
        tail_days=tail,
        hold_days=hold,
        orders_until=orders_until,
        last_payout_on=_paid_on(program, orders_until + timedelta(days=hold)),
    )


def _paid_on(program: Program, approved_at: datetime) -> date:
    """The first payout day whose batch collects what was approved by then."""
    first = localdate(approved_at) + timedelta(days=program.payout_net_days + 1)
    return next_payout_day(first, program.payout_day)
