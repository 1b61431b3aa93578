import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from handsel.commissions.models import Commission
from handsel.config import worker
from handsel.config.worker import Job, Turns
from handsel.environment import environment
from handsel.intake.models import InboxEvent
from handsel.intake.runner import Intake
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.intake.tests.proxy import Door
from handsel.intake.tests.spooling import Record, click, event, write
from handsel.ledger.models import Leaf
from handsel.ledger.queries import balance_minor
from handsel.links.models import Link
from handsel.mail.tasks import send_now
from handsel.programs.models import Program
from handsel.tracking.click_id import mint
from handsel.tracking.keys import load_keys

RUN = """
import django; django.setup()
import signal, threading
from handsel.config.worker import main
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
main(stop)
"""


@contextmanager
def working(log: Path, environment: dict[str, str]) -> Iterator[None]:
    """The worker process; it must end in order."""
    process = subprocess.Popen([sys.executable, "-c", RUN], env=environment, stderr=log.open("ab"))
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, log.read_text()


@contextmanager
def shipping(spool_dir: Path) -> Iterator[None]:
    """Intake, in a thread."""
    stop = Event()

    def run() -> None:
        intake = Intake(spool_dir, host="here")
        while not stop.wait(0.05):
            intake.attempt(stop)
        intake.close()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come about within 30 seconds.")


def jobs_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.send_now'")
        return int(cursor.fetchone()[0])


def basket(program: Program, number: int) -> Record:
    return event("script", program.pk, f'{{"kind": "basket_started", "event_id": "b-{number}"}}')


def processed() -> int:
    return InboxEvent.objects.filter(status="processed").count()


def test_a_click_and_a_beacon_become_a_sealed_commission(
    tmp_path: Path, outside: dict[str, str], program: Program, bens_link: Link
) -> None:
    clicked_at = now()
    clicked_at_ms = int(clicked_at.timestamp() * 1000)
    click_id = mint(load_keys(environment().keys_dir).click, bens_link.number, clicked_at_ms)
    raw = (
        '{"kind": "conversion", "order_reference": "1001", "amount_minor": 10000,'
        f' "currency": "EUR", "event_id": "e-1", "clicks": ["{click_id}"]}}'
    )
    order = event("script", program.pk, raw, clicked_at + timedelta(seconds=1))
    with working(tmp_path / "worker.log", outside), shipping(tmp_path / "spool"):
        write(tmp_path / "spool", [click(bens_link, clicked_at, id=click_id), order])
        eventually(Leaf.objects.exists)

    commission = Commission.objects.get()
    assert (commission.partnership_id, commission.amount_minor) == (bens_link.partnership_id, 1000)
    assert abs(balance_minor(f"pending:{bens_link.partnership_id}")) == 1000


def test_a_worker_outlives_its_database(
    tmp_path: Path, outside: dict[str, str], program: Program
) -> None:
    door, log = Door(outside["HANDSEL_DATABASE_URL"]), tmp_path / "worker.log"
    behind_it = {**outside, "HANDSEL_DATABASE_URL": door.url}
    with working(log, behind_it), shipping(tmp_path / "spool"):
        write(tmp_path / "spool", [basket(program, 1)])
        send_now.defer()
        eventually(lambda: processed() == 1 and jobs_waiting() == 0)

        door.shut()
        write(tmp_path / "spool", [basket(program, 2)])
        send_now.defer()
        eventually(lambda: "database is away" in log.read_text())
        assert (processed(), jobs_waiting()) == (1, 1)

        door.open()
        eventually(lambda: processed() == 2 and jobs_waiting() == 0)


def test_schedules_that_end_in_peace_are_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """procrastinate's worker returns without an error when it loses its listener."""
    stop, begun = Event(), []

    async def work(_: Event) -> None:
        begun.append(1)
        if len(begun) == 2:
            stop.set()

    monkeypatch.setattr(worker, "_work", work)
    worker.run_schedules(stop)

    assert len(begun) == 2


def test_a_job_with_a_fault_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def faulty() -> int:
        raise ZeroDivisionError

    def well() -> int:
        done.append("well")
        return 0

    turns = Turns([Job("faulty", faulty), Job("well", well)])
    assert [turns.take(Event()) for _ in range(3)] == [0.25] * 3

    assert done == ["well"] * 3
    assert caplog.text.count("job fails") == 1


@pytest.mark.django_db
def test_without_a_database_everything_waits_longer_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    answers = [OperationalError("gone")] * 6

    def ask() -> int:
        if answers:
            raise answers.pop()
        return 0

    turns = Turns([Job("asks", ask)])
    pauses = [turns.take(Event()) for _ in range(7)]

    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 0.25]
    assert caplog.text.count("database is away") == caplog.text.count("database is back") == 1


def test_while_there_is_work_the_next_turn_begins_at_once() -> None:
    left = [300, 17, 0]
    turns = Turns([Job("empties", lambda: left.pop(0))])

    assert [turns.take(Event()) for _ in range(3)] == [0.0, 0.0, 0.25]
