"""A process that raises intakes and lets them be killed, at a moment of their own choosing or ours.

    python -m handsel.intake.tests.nursery SPOOL_DIR VARIANT MOMENT ATTEMPTS

Each attempt is a fork that ships batches of 10 events and is killed by SIGKILL; a last one runs to
the end. MOMENT `statement`: before or after one of the statements and commits, each attempt at
another; `any`: whenever the parent likes. VARIANT `one` is the product. Two are broken: `before`
commits the position before the rows, which must lose; `after` commits it after them and counts
rows that were there already, which must count twice.
"""

import os
import random
import select
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from handsel.clicks import services  # noqa: E402
from handsel.clicks.agents import agent_of  # noqa: E402
from handsel.clicks.models import SpoolPosition  # noqa: E402
from handsel.clicks.services import make_partitions, store_clicks  # noqa: E402
from handsel.intake import runner, shipping  # noqa: E402
from handsel.intake.judging import judge  # noqa: E402
from handsel.intake.models import InboxEvent  # noqa: E402

BATCH = 10
# More than one batch has: each point is passed, and no attempt goes further than two batches.
POINTS = 17
LIFE_S_MAX = 0.15


def killed_at(nth: int, *, after: bool, commits_only: bool = False) -> None:
    """Have this process killed before or after the nth statement or commit from now on."""
    backend: Any = connection
    commit, passed = backend._commit, 0

    def around(act: Any, *arguments: Any) -> Any:
        nonlocal passed
        passed += 1
        if passed == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = act(*arguments)
        if passed == nth and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    backend._commit = lambda: around(commit)
    if commits_only:
        return
    copy = services._copy
    vars(services)["_copy"] = lambda *arguments: around(copy, *arguments)
    backend.execute_wrappers.append(around)


def store_apart(spool: Any, after: Any, batch: Any, places: Any) -> shipping.Shipped:
    """Rows and position in two transactions, in the order of the variant."""
    events, arrivals = batch
    make_partitions(arrivals.days())

    def move() -> None:
        last = events[-1].at
        SpoolPosition.objects.filter(pk=spool.id).update(
            segment=last.segment, position=last.position
        )

    def store() -> None:
        with transaction.atomic():
            judged = judge(spool.id, arrivals, places)
            store_clicks(judged.clicks, judged.impressions)
            InboxEvent.objects.bulk_create(judged.inbox, ignore_conflicts=True)

    for step in (move, store) if VARIANT == "before" else (store, move):
        step()
    return shipping.Shipped(len(events), 0, 0)


def work(folder: Path) -> None:
    intake = runner.Intake(folder, host="nursery")
    intake.ship_all(Event())
    intake.close()


def raised(folder: Path, attempt: int) -> bool:
    """Whether the intake of this attempt was killed."""
    living, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(living)
        if MOMENT == "statement":
            killed_at(attempt // 2 % POINTS + 1, after=attempt % 2 == 1)
        work(folder)
        os._exit(0)
    os.close(end)
    if MOMENT == "any":
        # Until its time is up, or it has ended by itself.
        select.select([living], [], [], random.uniform(0, LIFE_S_MAX))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(living)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("An intake failed by itself.")
    return os.WIFSIGNALED(status)


def main(folder: Path, attempts: int) -> int:
    ship = shipping.ship

    def ship_small(spool: Any, places: Any, read: Any) -> shipping.Shipped:
        return ship(spool, places, BATCH, read)

    vars(runner)["ship"] = ship_small
    if VARIANT != "one":
        vars(shipping)["_store"] = store_apart
    if VARIANT == "after":
        vars(services)["_ARRIVE"] = services._ARRIVE.replace(
            "ON CONFLICT DO NOTHING",
            "ON CONFLICT (click_id, clicked_at) DO UPDATE SET country = excluded.country",
            1,
        )
    agent_of("Mozilla/5.0")  # its patterns are read once, for all children
    print(sum(raised(folder, attempt) for attempt in range(attempts)))
    vars(runner)["ship"] = ship  # the last one need not be slow
    child = os.fork()
    if child == 0:
        work(folder)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    FOLDER, VARIANT, MOMENT, ATTEMPTS = sys.argv[1:]
    sys.exit(main(Path(FOLDER), int(ATTEMPTS)))
