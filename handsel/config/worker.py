"""The worker process: from events in the inbox to sealed entries, and everything on a schedule.

Two threads. One takes turns at what a visitor's order waits for, several times a second. The
other is procrastinate's: letters, nightly checks, and what else tasks are made for.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import structlog
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

log = structlog.get_logger("handsel.worker")

PAUSE_S = 0.25
RETRY_S_MAX = 5.0
FAULT_RETRY_S_MAX = 60.0
JOBS_FINISH_S = 20.0
RESCUE_EACH_S = 10.0
SETTLED_S = 60.0  # what worked for so long and fails has a new problem


def main(stop: threading.Event) -> None:
    """Run until `stop` is set; what has been begun is finished. PostgreSQL may go and return."""
    schedules = threading.Thread(target=run_schedules, args=(stop,), name="schedules")
    schedules.start()
    log.info("worker runs")
    Turns(usual_jobs()).run(stop)
    schedules.join()
    log.info("worker stopped")


@dataclass(slots=True)
class Job:
    """Something to do again and again. `run` says how much it did: after a turn in which there
    was something to do, the next begins at once."""

    name: str
    run: Callable[[], int]
    retry_s: float = 0.0
    retry_at: float = 0.0


def usual_jobs() -> list[Job]:
    """In the order in which an event passes through them."""
    from handsel.commissions.services import approve_held, evaluate_due
    from handsel.commissions.settling.due import settle_due
    from handsel.config.rescue import rescue_left_jobs
    from handsel.intake.services import process_waiting
    from handsel.papers.services import issue_due, tell_due
    from handsel.postbacks.tasks import wake_when_due

    return [
        Job("inbox", process_waiting),
        Job("commissions", evaluate_due),
        Job("settlements", settle_due),
        Job("approvals", approve_held),
        Job("sealing", _seal),
        Job("statements", issue_due),
        Job("notices", tell_due),
        Job("postbacks", wake_when_due),
        Job("left jobs", each(RESCUE_EACH_S, rescue_left_jobs)),
    ]


def each(seconds: float, run: Callable[[], int]) -> Callable[[], int]:
    """Runs at once, and then no more often than that."""
    due_at = 0.0

    def run_when_due() -> int:
        nonlocal due_at
        if monotonic() < due_at:
            return 0
        done = run()
        due_at = monotonic() + seconds
        return done

    return run_when_due


def _seal() -> int:
    from handsel.ledger.seal import seal_new

    seal_new()
    return 0  # it seals everything there is


class Turns:
    """Takes its jobs in turn. A job that fails by a fault of its own does not stop the others;
    when the database is away, all of them wait."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._away_s = 0.0

    def run(self, stop: threading.Event) -> None:
        pause_s = 0.0
        while not stop.wait(pause_s):
            pause_s = self.take(stop)
        connection.close()

    def take(self, stop: threading.Event) -> float:
        """One turn. Seconds until the next."""
        from handsel.organizations.services import read_clock

        done = 0
        try:
            read_clock()
            for job in self._jobs:
                if not stop.is_set() and monotonic() >= job.retry_at:
                    done += self._take_one(job)
        except (OperationalError, InterfaceError) as error:
            return self._wait_for_database(error)
        if self._away_s:
            log.info("database is back")
            self._away_s = 0.0
        return 0.0 if done else PAUSE_S

    def _take_one(self, job: Job) -> int:
        try:
            done = job.run()
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            if not job.retry_s:
                log.exception("job fails", job=job.name)
            job.retry_s = min(FAULT_RETRY_S_MAX, max(1.0, job.retry_s * 2))
            job.retry_at = monotonic() + job.retry_s
            return 0
        if job.retry_s:
            log.info("job works again", job=job.name)
            job.retry_s = 0.0
        return done

    def _wait_for_database(self, error: Error) -> float:
        if not self._away_s:
            log.warning("database is away", detail=str(error).strip())
        self._away_s = min(RETRY_S_MAX, max(PAUSE_S, self._away_s * 2))
        with suppress(Error):
            connection.close()
        return self._away_s


def run_schedules(stop: threading.Event) -> None:
    """procrastinate's worker, begun again whenever PostgreSQL was away: it ends then."""
    wait_s = 0.0
    while not stop.wait(wait_s):
        began_at, problem = monotonic(), ""
        try:
            asyncio.run(_work(stop))
        except Exception as error:
            problem = f"{type(error).__name__}: {error}".strip()
        if stop.is_set():
            return
        if wait_s == 0 or monotonic() - began_at > SETTLED_S:
            log.warning("schedules wait", detail=problem)
            wait_s = PAUSE_S
        else:
            wait_s = min(RETRY_S_MAX, wait_s * 2)


async def _work(stop: threading.Event) -> None:
    from asgiref.sync import sync_to_async
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app, connector_params

    from handsel.config.rescue import SILENT_S

    # Quicker to say no than a pool; and procrastinate uses this connection too.
    await sync_to_async(_connect)()
    # An app of its own, with a connector of its own: tasks go on deferring others through
    # Django's connection, in their own transaction, in this thread and in every other.
    connector = PsycopgConnector(kwargs=connector_params(), timeout=RETRY_S_MAX, max_size=4)
    own = app.with_connector(connector)
    async with own.open_async():
        worker = asyncio.create_task(
            own.run_worker_async(
                concurrency=2,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=JOBS_FINISH_S,
                stalled_worker_timeout=SILENT_S,
            )
        )
        while not stop.is_set() and not worker.done():
            await asyncio.wait([worker], timeout=PAUSE_S)
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _connect() -> None:
    close_old_connections()
    connection.ensure_connection()
