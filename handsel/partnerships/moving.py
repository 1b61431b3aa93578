"""What comes due by itself: offers of a round, notices, ends, offers that run out, reminders."""

from handsel.partnerships.closing import finish_programs, tell_partners
from handsel.partnerships.ending import finish_due
from handsel.partnerships.offering import lapse_due
from handsel.partnerships.reminding import remind_due
from handsel.partnerships.rounds import go_on

STEPS = (go_on, tell_partners, lapse_due, finish_due, finish_programs, remind_due)
TURNS_MAX = 2000


def move_on() -> int:
    """Until nothing is due; how much was done. Runs in the scope of the system."""
    total = 0
    for _turn in range(TURNS_MAX):
        done = sum(step() for step in STEPS)
        if not done:
            break
        total += done
    return total
