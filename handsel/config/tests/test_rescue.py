"""Workers that are killed with a job in their hands."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.db import connection, transaction

from handsel.config.rescue import ATTEMPTS_MAX, rescue_left_jobs
from handsel.config.tests.test_worker import RUN, eventually, working
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.mail.models import Letter
from handsel.mail.tests.smtp_server import mail_server


@contextmanager
def silent_mail_server() -> Iterator[str]:
    """It takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"


def job(task: str, *, status: str = "doing", attempts: int = 0, **fields: str | int) -> int:
    row: dict[str, str | int]
    row = {"task_name": task, "queue_name": "default", "status": status, "attempts": attempts}
    row |= fields
    columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
    sql = f"INSERT INTO procrastinate_jobs ({columns}) VALUES ({places}) RETURNING id"
    return int(one(sql, *row.values()))


def one(sql: str, *parameters: str | int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return "" if row is None else str(row[0])


def status_of(pk: int) -> str:
    return one("SELECT status FROM procrastinate_jobs WHERE id = %s", pk)


def alive(seconds_ago: int) -> int:
    sql = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs"
    return int(one(f"{sql} => %s)) RETURNING id", seconds_ago))


def letter_is_sent(subject: str) -> Callable[[], bool]:
    return Letter.objects.filter(subject=subject).exclude(sent_at=None).exists


@pytest.mark.usefixtures("outbox")
def test_letters_go_on_after_the_worker_was_killed_while_it_sent_one(
    tmp_path: Path, outside: dict[str, str]
) -> None:
    log = tmp_path / "worker.log"
    with silent_mail_server() as url, log.open("ab") as said:
        send_mail("First", "Text", None, ["ben@blog.example"])
        begun = subprocess.Popen(
            [sys.executable, "-c", RUN], env={**outside, "HANDSEL_SMTP_URL": url}, stderr=said
        )
        eventually(lambda: Letter.objects.filter(subject="First", attempts=1).exists())
        os.kill(begun.pid, signal.SIGKILL)
        begun.wait()
    assert one("SELECT status FROM procrastinate_jobs WHERE lock = 'mail'") == "doing"
    one("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 min' RETURNING 1")

    with mail_server() as server:
        send_mail("Second", "Text", None, ["ben@blog.example"])
        with working(log, {**outside, "HANDSEL_SMTP_URL": server.url}):
            eventually(letter_is_sent("Second"))
    assert "job was left by its worker" in log.read_text()


@pytest.mark.django_db
def test_only_jobs_whose_worker_is_gone_begin_anew() -> None:
    left, orphan = job("a", worker_id=alive(90)), job("b")
    busy, waiting = job("c", worker_id=alive(5)), job("d", status="todo")

    assert rescue_left_jobs() == 2
    states = [status_of(pk) for pk in (left, orphan, busy, waiting)]
    assert states == ["todo", "todo", "doing", "todo"]
    assert rescue_left_jobs() == 0


@pytest.mark.django_db
def test_of_two_of_a_kind_the_one_that_waits_is_enough() -> None:
    left = job("mail", queueing_lock="mail.minute")
    waiting = job("mail", status="todo", queueing_lock="mail.minute")

    rescue_left_jobs()
    assert (status_of(left), status_of(waiting)) == ("", "todo")


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    pk = job("a", attempts=ATTEMPTS_MAX - 1)

    rescue_left_jobs()
    assert status_of(pk) == "failed"


@pytest.mark.django_db(transaction=True)
def test_what_another_is_rescuing_is_left_to_it() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def rescue() -> int:
        try:
            return rescue_left_jobs()
        finally:
            connection.close()

    job("a")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        mine = rescue_left_jobs()
        theirs = pool.submit(rescue).result(20)

    assert (mine, theirs) == (1, 0)
