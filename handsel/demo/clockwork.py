"""Handsel's own side of a stretch of the year: what the worker does, at the story's time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from handsel.clock import now
from handsel.commissions.services import approve_held, evaluate_due
from handsel.intake.services import process_waiting
from handsel.organizations.services import move_time

LEAST = timedelta(seconds=1)


def move_to(at: datetime) -> None:
    """Let it be that moment for everybody who reads this database; never an earlier one."""
    ahead = at - now()
    if ahead > LEAST:
        move_time(ahead)


def work_off(note: Callable[[], object] = lambda: None) -> None:
    """Understand, evaluate and approve whatever is ready, as often as something is."""
    while any([process_waiting(), evaluate_due(), approve_held()]):
        note()
