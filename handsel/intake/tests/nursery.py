"""A process that raises intakes and lets them be killed, at a commit of their own choosing.

    python -m handsel.intake.tests.nursery SPOOL_DIR VARIANT ATTEMPTS

Each attempt is a fork that ships batches of 10 events, and is killed by SIGKILL before or after
one of its commits; a last one runs to the end. VARIANT `one` is the product; `apart` commits
the position before the rows, which must lose.
"""

import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from handsel.clicks.models import SpoolPosition  # noqa: E402
from handsel.clicks.services import make_partitions, store_clicks  # noqa: E402
from handsel.intake import runner, shipping  # noqa: E402
from handsel.intake.models import InboxEvent  # noqa: E402

BATCH = 10


def killed_at(nth: int, *, after: bool) -> None:
    """Have this process killed before or after its nth commit."""
    backend: Any = connection
    real, count = backend._commit, 0

    def commit() -> Any:
        nonlocal count
        count += 1
        if count == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        real()
        if count == nth and after:
            os.kill(os.getpid(), signal.SIGKILL)

    backend._commit = commit


def store_apart(spool: Any, after: Any, events: Any, arrivals: Any) -> shipping.Shipped:
    make_partitions(arrivals.days())
    with transaction.atomic():
        SpoolPosition.objects.filter(spool=spool.id).update(
            segment=events[-1].at.segment, position=events[-1].at.position
        )
    with transaction.atomic():
        stored = store_clicks(arrivals.clicks)
        InboxEvent.objects.bulk_create(arrivals.inbox, ignore_conflicts=True)
    return shipping.Shipped(len(events), stored.new, stored.filtered)


def ship_small(spool: Any, places: Any) -> shipping.Shipped:
    return shipping.ship(spool, places, BATCH)


def work(folder: Path) -> None:
    intake = runner.Intake(folder, host="nursery")
    intake.ship_all(Event())
    intake.close()


def main(folder: Path, variant: str, attempts: int) -> int:
    vars(runner)["ship"] = ship_small
    if variant == "apart":
        vars(shipping)["_store"] = store_apart
    killed = 0
    for attempt in range(attempts + 1):
        child = os.fork()
        if child == 0:
            if attempt < attempts:
                killed_at(attempt // 2 % 3 + 1, after=attempt % 2 == 1)
            work(folder)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    print(killed)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
