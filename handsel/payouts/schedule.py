"""When a program pays, and what of it."""

from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils.timezone import make_aware

from handsel.engine import payouts as engine
from handsel.payouts.models import Batch
from handsel.programs.models import Program


def payout_day_without_batch(program: Program, day: date) -> date:
    """The program's first payout day from a day on for which no batch was proposed."""
    batches = Batch.objects.filter(program=program, discarded_at=None)
    last = batches.aggregate(pays_on=Max("pays_on"))["pays_on"]
    free = max(day, last + timedelta(days=1)) if last else day
    return engine.next_payout_day(free, program.payout_day)


def collected_until(program: Program, pays_on: date) -> datetime:
    """The moment before which a commission must be approved to be paid that day."""
    day = engine.collected_until(pays_on, program.payout_net_days)
    return make_aware(datetime.combine(day, time()))
