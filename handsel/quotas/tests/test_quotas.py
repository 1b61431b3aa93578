"""Quotas hold, exactly, however many ask at once."""

import os
import threading
from collections.abc import Callable
from typing import ClassVar

import pytest
from django.core.cache import cache
from django.db import connection
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from handsel.quotas.services import forget, forget_ended, give_back, look, take
from handsel.quotas.storage import PostgresStorage, hidden

FIVE = RateLimitItemPerMinute(5, namespace="five")
THREADS, TRIES = 8, 10
FIFTY = RateLimitItemPerMinute(50, namespace="fifty")


def an_hour_passes() -> None:
    """For what is counted: its moments move back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quotas_window SET ends_at = ends_at - 3600,"
            " taken_at = ARRAY(SELECT at - 3600 FROM unnest(taken_at) AS at)"
        )


@pytest.mark.django_db
def test_a_quota_is_used_up_and_says_so() -> None:
    usages = [take(FIVE, "ada") for _ in range(7)]

    assert [usage.allowed for usage in usages] == [True] * 5 + [False] * 2
    assert [usage.left for usage in usages] == [4, 3, 2, 1, 0, 0, 0]
    assert all(1 <= usage.wait_s <= 60 for usage in usages)
    assert take(FIVE, "ben").left == 4


@pytest.mark.django_db
def test_looking_uses_nothing() -> None:
    looked = [look(FIVE, "ada") for _ in range(9)]

    assert {(usage.allowed, usage.left) for usage in looked} == {(True, 5)}
    assert [take(FIVE, "ada").allowed for _ in range(6)] == [True] * 5 + [False]
    assert not look(FIVE, "ada").allowed


@pytest.mark.django_db
def test_what_is_given_back_can_be_used_again() -> None:
    for _ in range(5):
        take(FIVE, "ada")
    give_back(FIVE, "ada")
    give_back(FIVE, "ben")

    assert [take(FIVE, "ada").allowed for _ in range(2)] == [True, False]
    forget(FIVE, "ada")
    assert take(FIVE, "ada").left == 4


@pytest.mark.django_db
def test_what_was_refused_does_not_count() -> None:
    for _ in range(50):
        take(FIVE, "ada")
    an_hour_passes()

    assert take(FIVE, "ada").left == 4


@pytest.mark.django_db
def test_a_place_is_free_as_soon_as_its_own_minute_is_over() -> None:
    for _ in range(4):
        take(FIVE, "ada")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quotas_window SET taken_at = ARRAY(SELECT at - CASE WHEN n <= 2 THEN 60 ELSE 50"
            " END FROM unnest(taken_at) WITH ORDINALITY AS t (at, n))"
        )

    usage = take(FIVE, "ada")

    assert usage.left == 2
    assert usage.wait_s <= 10


@pytest.mark.django_db
def test_what_counts_no_longer_is_forgotten() -> None:
    take(FIVE, "ada")
    assert forget_ended() == 0
    an_hour_passes()

    assert forget_ended() == 1


@pytest.mark.django_db
def test_nothing_that_names_anybody_is_kept() -> None:
    take(RateLimitItemPerSecond(5), "203.0.113.9")
    cache.set("ip:203.0.113.9", [1.0])

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM quotas_window UNION SELECT cache_key FROM quotas_cache")
        kept = [key for (key,) in cursor.fetchall()]

    assert len(kept) == 2
    assert not [key for key in kept if "203" in key and "113.9" in key]
    assert hidden("a") != hidden("b")


def admitted(ask: Callable[[], bool]) -> int:
    """How many of many threads' tries are let in, each thread with a connection of its own."""
    found: list[bool] = []
    start = threading.Barrier(THREADS)

    def run() -> None:
        start.wait()
        found.extend([ask() for _ in range(TRIES)])
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == THREADS * TRIES
    return sum(found)


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_share_one_quota() -> None:
    PostgresStorage().reset()

    assert admitted(lambda: take(FIFTY, "ada").allowed) == FIFTY.amount


class LooksFirst(PostgresStorage):
    """Counts, and takes a place later: two at once take the same one."""

    meeting: ClassVar[threading.Barrier] = threading.Barrier(THREADS)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        _started_at, taken = self.get_moving_window(key, limit, expiry)
        self.meeting.wait()
        if taken + amount <= limit:
            super().acquire_entry(key, 10 * limit, expiry)
        return taken + amount <= limit


@pytest.mark.django_db(transaction=True)
def test_control_a_storage_that_looks_first_lets_too_many_in() -> None:
    broken = MovingWindowRateLimiter(LooksFirst())
    broken.storage.reset()

    assert admitted(lambda: broken.hit(FIFTY, "ada")) > FIFTY.amount


def admitted_by_processes(limiter: MovingWindowRateLimiter) -> int:
    """How many of sixty tries each two processes let in, that know nothing of each other."""
    connection.close()
    children = []
    for _ in range(2):
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            let_in = sum(limiter.hit(FIFTY, "ada") for _ in range(60))
            os.write(writes, str(let_in).encode())
            os._exit(0)
        os.close(writes)
        children.append((pid, reads))
    total = 0
    for pid, reads in children:
        total += int(os.read(reads, 10) or 0)
        os.close(reads)
        os.waitpid(pid, 0)
    return total


@pytest.mark.django_db(transaction=True)
def test_processes_share_one_quota() -> None:
    PostgresStorage().reset()

    assert admitted_by_processes(MovingWindowRateLimiter(PostgresStorage())) == FIFTY.amount


@pytest.mark.django_db(transaction=True)
def test_control_processes_that_count_in_memory_let_twice_as_many_in() -> None:
    in_memory = MovingWindowRateLimiter(MemoryStorage())

    assert admitted_by_processes(in_memory) == 2 * FIFTY.amount


@pytest.mark.django_db
def test_many_attempts_push_none_out() -> None:
    """Else who fails in three hundred names is forgotten to have failed in one."""
    attempts = {f"attempt {number}": [1.0] for number in range(400)}
    cache.set_many(attempts)

    assert cache.get_many(attempts) == attempts
