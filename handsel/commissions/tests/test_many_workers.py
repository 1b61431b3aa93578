"""Several workers at once do each thing once; without their locks they would not."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from handsel.commissions.models import Commission, Revision
from handsel.commissions.services import approve_held, evaluate, evaluate_due
from handsel.commissions.tests.test_order_of_arrival import life, total
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.services import NewFact, record_facts
from handsel.errors import DomainError
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor
from handsel.rows.scope import as_system

WORKERS, ORDERS, LIVES = 4, 120, 12


def in_threads(works: Sequence[Callable[[], None]]) -> list[Exception]:
    """Do them all at once; what failed."""
    together, failed = Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], None]) -> None:
        try:
            with as_system():
                together.wait(timeout=20)
                work()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def at_once(work: Callable[[], int]) -> tuple[int, list[Exception]]:
    """Four workers until nothing is left: how much they did, and what failed."""
    done = list[int]()

    def until_nothing_is_left() -> None:
        while count := work():
            done.append(count)

    failed = in_threads([until_nothing_is_left] * WORKERS)
    return sum(done), failed


@pytest.fixture
def many(transactional_db, shop, bens_click):
    record_facts([shop.order_fact(f"L-{n}", click_ids=[bens_click]) for n in range(ORDERS)])


def test_each_conversion_is_evaluated_once(many, bens):
    done, failed = at_once(lambda: evaluate_due(limit=7))

    assert (done, failed) == (ORDERS, [])
    assert Commission.objects.count() == Revision.objects.count() == ORDERS
    assert Entry.objects.count() == ORDERS
    assert balance_minor(f"pending:{bens.pk}") == ORDERS * 1_000


def test_each_commission_is_approved_once(many, bens):
    evaluate_due(limit=ORDERS)

    done, failed = at_once(lambda: approve_held(limit=7))

    assert (done, failed) == (ORDERS, [])
    assert balance_minor(f"payable:{bens.pk}") == ORDERS * 1_000


GUARDS = ((Commission, "commission_once"), (Touch, "touch_once_by_click"))


@pytest.fixture
def without_guards(many, monkeypatch):
    """No lock on what is claimed, and nothing in the tables that would notice the second one."""

    def claim(limit, *, at, passed_at, only):
        claimed = list(Conversion.objects.filter(due_at__lte=at).order_by("pk")[:limit])
        together.wait(timeout=20)
        return claimed

    together = Barrier(2)
    monkeypatch.setattr(evaluate, "_claim", claim)
    constraints = [
        (model, next(c for c in model._meta.constraints if c.name == name))
        for model, name in GUARDS
    ]
    with as_owner() as editor:
        for model, constraint in constraints:
            editor.remove_constraint(model, constraint)
    yield
    with as_owner() as editor:
        editor.execute("TRUNCATE conversions_conversion, ledger_entry CASCADE")
        for model, constraint in constraints:
            editor.add_constraint(model, constraint)


@contextmanager
def as_owner():
    """The tables' owner may do what the application may not."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        with connection.schema_editor() as editor:
            yield editor
    finally:
        connection.close()


def take_all() -> None:
    evaluate_due(limit=ORDERS)


def test_without_the_guards_commissions_are_doubled(without_guards, bens):
    """The control: two workers take the same ones, and the partner is owed twice as much."""

    in_threads([take_all] * 2)

    assert Commission.objects.count() == 2 * ORDERS
    assert balance_minor(f"pending:{bens.pk}") == 2 * ORDERS * 1_000


def test_lives_told_by_many_at_once_end_the_same(transactional_db, shop, bens_click):
    """Six workers: four tell shuffled lives, with doubles, of shared customers; two evaluate."""
    record_facts(life(shop, "in order", bens_click))
    evaluate_due()
    once = total()
    told = [
        fact_of_shared_customer(fact, number)
        for number in range(LIVES)
        for fact in life(shop, f"life {number}", bens_click)
        for _ in range(2)
    ]
    Random(20_260_912).shuffle(told)
    parts = [told[worker::4] for worker in range(4)]
    telling = list(range(4))

    def tell(worker: int) -> None:
        part = parts[worker]
        try:
            for start in range(0, len(part), 10):
                outcomes = record_facts(part[start : start + 10])
                assert not any(isinstance(outcome, DomainError) for outcome in outcomes)
        finally:
            telling.remove(worker)

    def evaluate_meanwhile() -> None:
        while evaluate_due(limit=10) or telling:
            pass

    failed = in_threads([*(partial(tell, n) for n in range(4)), *[evaluate_meanwhile] * 2])
    evaluate_due()

    assert failed == []
    assert total() == {kind: minor * (LIVES + 1) for kind, minor in once.items()}


def fact_of_shared_customer(fact: NewFact, number: int) -> NewFact:
    if fact.kind != "order":
        return fact
    customer = {"id": str(number % 3), "email": f"{number % 2}@mail.example"}
    return replace(fact, body={**fact.body, "customer": customer})
