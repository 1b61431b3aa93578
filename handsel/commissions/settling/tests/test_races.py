"""Two who settle at once, and what comes while one settles; without the locks it goes wrong."""

from threading import Barrier, Thread

import pytest
from django.db import connections, transaction

from handsel.commissions.models import Commission, Revision, Unsettled
from handsel.commissions.services import evaluate_due
from handsel.commissions.settling import adjusting, due
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.bonuses import settle_bonuses
from handsel.commissions.settling.due import settle_due
from handsel.commissions.settling.tests.conftest import amounts, owed
from handsel.commissions.tests.test_many_workers import at_once, in_threads
from handsel.conversions.services import record_facts
from handsel.conversions.tests.shop import Shop
from handsel.partnerships.models import Partnership
from handsel.rows.scope import as_system

SEPTEMBER = "period month:2026-09-01"


def sold(shop: Shop, numbers: range) -> None:
    facts = [shop.order_fact(f"L-{n}", 10_000, codes=["BEN10"]) for n in numbers]
    record_facts(facts)


def test_many_workers_settle_a_month_as_one_would(
    transactional_db: None, shop: Shop, bens: Partnership
) -> None:
    sold(shop, range(40))

    def work() -> int:
        return evaluate_due(limit=3) + settle_due(limit=1)

    _done, failed = at_once(work)
    while settle_due():
        pass

    assert failed == []
    assert amounts(bens) == {SEPTEMBER: 40 * 200}
    assert owed(bens) == 40 * 1_200
    assert not Unsettled.objects.exists()


def give(partnership: Partnership) -> None:
    adjust(partnership, amount_minor=500, reason="Thanks.", actor=None, once="a1")


def test_a_form_sent_twice_at_the_same_moment_adjusts_once(
    transactional_db: None, bens: Partnership
) -> None:
    assert in_threads([lambda: give(bens)] * 4) == []

    assert owed(bens) == 500


def test_without_the_lock_it_adjusts_twice(
    transactional_db: None, bens: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both look for the other before either has written anything."""
    together, before = Barrier(2), adjusting._before

    def look_together(*args: object) -> Commission | None:
        found = before(*args)  # type: ignore[arg-type]
        together.wait(timeout=20)
        return found

    monkeypatch.setattr(adjusting, "lock", lambda pk: None)
    monkeypatch.setattr(adjusting, "_before", look_together)

    assert in_threads([lambda: give(bens)] * 2) == []
    assert owed(bens) == 1_000


@pytest.fixture
def order_meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a month is settled, after its orders were read, another order is concluded."""
    said = list[str]()

    def conclude() -> None:
        with as_system():
            sold(shop, range(6, 7))
            evaluate_due()
        connections.close_all()

    def and_then(*args: object) -> None:
        settle_bonuses(*args)  # type: ignore[arg-type]
        if not said:
            said.append("once")
            thread = Thread(target=conclude)
            thread.start()
            thread.join()

    monkeypatch.setattr(due, "settle_bonuses", and_then)


def test_an_order_that_comes_while_its_month_is_settled_is_settled_next(
    transactional_db: None, shop: Shop, bens: Partnership, order_meanwhile: None
) -> None:
    sold(shop, range(6))
    evaluate_due()

    assert settle_due() == 1
    assert amounts(bens) == {SEPTEMBER: 6 * 200}
    assert settle_due() == 1
    assert amounts(bens) == {SEPTEMBER: 7 * 200}


def test_notes_that_are_deleted_after_what_they_are_about_lose_an_order(
    transactional_db: None,
    shop: Shop,
    bens: Partnership,
    order_meanwhile: None,
) -> None:
    """The control: all notes of the partnership go at the end, whatever they are about."""
    sold(shop, range(6))
    evaluate_due()

    with transaction.atomic():
        due.settle_partnership(bens.pk)
        Unsettled.objects.all().delete()

    assert settle_due() == 0
    assert amounts(bens) == {SEPTEMBER: 6 * 200}
    assert Revision.objects.filter(commission__kind="order").count() == 7


def test_a_crash_before_the_end_leaves_everything_to_the_next_time(
    transactional_db: None, shop: Shop, bens: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(shop, range(6))
    evaluate_due()
    before = owed(bens)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(due, "settle_overrides", crash)
        with pytest.raises(KeyboardInterrupt):
            settle_due()
    assert owed(bens) == before
    assert amounts(bens) == {}

    settle_due()
    assert owed(bens) == 6 * 1_200
