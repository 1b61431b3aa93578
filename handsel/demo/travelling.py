"""Time travel: the demo's clock forward, and what falls due on the way."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.demo.clockwork import work_off, write_papers
from handsel.demo.house import PROGRAM
from handsel.organizations.services import move_time, read_clock
from handsel.payouts.schedule import collected_until, payout_day_without_batch
from handsel.programs.models import Program


class Arrived(NamedTuple):
    """Where we are, and how many commissions were approved on the way."""

    now: datetime
    approved: int


def travel(days: int | None = None) -> Arrived:
    """Go forward so many days, or to where the next batch can be proposed. The worker would do the
    rest; where none runs it is done here, and where one does they share it. Raises NotDemoData."""
    before = _approved()
    read_clock()  # it may have been moved before
    program = Program.objects.filter(name=PROGRAM).first()
    if days is None and program:
        days = days_to_next_batch(program, localdate(now()))
    move_time(timedelta(days=days or 0))
    work_off()
    write_papers()
    return Arrived(now(), _approved() - before)


def days_to_next_batch(program: Program, today: date) -> int:
    """From a day to the one after everything is approved that the next batch pays; none when that
    has been."""
    pays_on = payout_day_without_batch(program, today)
    complete_on = localdate(collected_until(program, pays_on)) + timedelta(days=1)
    return max((complete_on - today).days, 0)


def _approved() -> int:
    return Commission.objects.filter(approved_at__isnull=False).count()
