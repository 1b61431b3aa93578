"""Several workers at once do each thing once; without their locks they would not."""

from collections.abc import Callable
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from handsel.commissions.models import Commission, Revision
from handsel.commissions.services import approve_held, evaluate, evaluate_due
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.services import record_facts
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor
from handsel.rows.scope import as_system

WORKERS, ORDERS = 4, 120


def at_once(work: Callable[[], int]) -> tuple[int, list[Exception]]:
    """Four workers until nothing is left: how much they did, and what failed."""
    together, done, failed = Barrier(WORKERS), [], []

    def run() -> None:
        try:
            with as_system():
                together.wait(timeout=20)
                while count := work():
                    done.append(count)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def test_without_the_guards_commissions_are_doubled(without_guards, bens):
    """The control: two workers take the same ones, and the partner is owed twice as much."""

    def work() -> None:
        try:
            with as_system():
                evaluate_due(limit=ORDERS)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Commission.objects.count() == 2 * ORDERS
    assert balance_minor(f"pending:{bens.pk}") == 2 * ORDERS * 1_000
