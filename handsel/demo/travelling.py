"""Time travel: the demo's clock forward, and what falls due on the way."""

from datetime import datetime, timedelta
from typing import NamedTuple

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.demo.clockwork import work_off, write_papers
from handsel.organizations.services import move_time


class Arrived(NamedTuple):
    """Where we are, and how many commissions were approved on the way."""

    now: datetime
    approved: int


def travel(days: int) -> Arrived:
    """Go forward so many days. The worker would do the rest; where none runs it is done here, and
    where one does they share it. Raises NotDemoData."""
    before = _approved()
    move_time(timedelta(days=days))
    work_off()
    write_papers()
    return Arrived(now(), _approved() - before)


def _approved() -> int:
    return Commission.objects.filter(approved_at__isnull=False).count()
