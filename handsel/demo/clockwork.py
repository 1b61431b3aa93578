"""Handsel's own side of a stretch of the year: what the worker does, at the story's time."""

from datetime import datetime, timedelta

from handsel.clicks.services import pass_watermark
from handsel.clock import now
from handsel.commissions.services import approve_held, evaluate_due
from handsel.environment import environment
from handsel.intake.runner import host_name
from handsel.intake.services import process_waiting
from handsel.ledger.seal import seal_new
from handsel.organizations.services import move_time
from handsel.papers.services import issue_due, tell_due

LEAST = timedelta(seconds=1)


def move_to(at: datetime) -> None:
    """Let it be that moment for everybody who reads this database; never an earlier one."""
    ahead = at - now()
    if ahead > LEAST:
        move_time(ahead)


def clicks_are_in(until: datetime) -> None:
    """As intake says several times a second: I am here, and all clicks up to then have arrived."""
    pass_watermark(host_name(environment().spool_dir), until, backlog=0, shipped=0)


def work_off(clicks_until: datetime | None = None) -> None:
    """Understand, evaluate and approve whatever is ready, as often as something is."""
    done = True
    while done:
        if clicks_until is not None:
            clicks_are_in(clicks_until)
        done = any([process_waiting(), evaluate_due(), approve_held()])


def write_papers() -> None:
    """Seal what was posted; issue the statements that are due, and tell their readers."""
    seal_new()
    while any([issue_due(), tell_due()]):
        pass
