"""Two people at once approve, and two banks at once refuse: each thing is done once. Without the
locks and the database's own guard it would not be."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.tests.test_many_workers import as_owner, in_threads
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Batch
from handsel.payouts.positions import unsettled
from handsel.payouts.services import approve, approve_batch, mark_failed, mark_paid
from handsel.payouts.tests.conftest import Sell


def doing(verb: Callable[..., object], pk: str, **said: Any) -> Callable[[], None]:
    def work() -> None:
        verb(pk, **said)

    return work


@pytest.fixture
def earned(transactional_db: None, bens: Partnership, bens_account: None, sell: Sell) -> Commission:
    """Ben is owed 100.00, and every thread may know."""
    return sell(bens, 1_000_00)


def test_two_who_approve_at_once_approve_once(batch, bens, fia):
    failed = in_threads([doing(approve_batch, batch.pk, actor=fia)] * 2)

    assert failed == []
    assert Entry.objects.filter(key__startswith="payout-queued:").count() == 1
    assert balance_minor(f"in_transit:{bens.pk}") == 100_00
    assert Commission.objects.get().paid_out_minor == 100_00


def test_what_is_paid_and_refused_at_once_is_one_of_both(approved, bens, fia):
    in_threads(
        [
            doing(mark_paid, approved.pk, actor=fia),
            doing(mark_failed, approved.pk, reason="The account is closed.", actor=fia),
        ]
    )

    assert Entry.objects.filter(subject_id=approved.pk).count() == 2
    approved.refresh_from_db()
    paid = approved.status == "paid"
    assert balance_minor(f"payable:{bens.pk}") == (0 if paid else 100_00)


@pytest.fixture
def without_guards(batch, monkeypatch):
    """Nobody waits for anybody, and the database does not look at what commissions carry."""
    together, moment = Barrier(2), now()

    def read_payouts(found):
        rows = list(found.payouts.select_related("partner"))
        together.wait(timeout=20)
        return rows

    def read_unsettled(program, partnerships):
        rows = list(unsettled(program.pk, partnerships))
        together.wait(timeout=20)
        return rows

    monkeypatch.setattr(approve, "lock_batch", lambda pk: Batch.objects.get(pk=pk))
    monkeypatch.setattr(approve, "lock_payouts", read_payouts)
    monkeypatch.setattr(approve, "lock_unsettled", read_unsettled)
    # Entries of two moments are not the same entry: the ledger would refuse the second.
    monkeypatch.setattr(approve, "now", lambda: moment)
    with as_owner() as editor:
        editor.execute("ALTER TABLE payouts_payout DISABLE TRIGGER carried")
    yield
    with as_owner() as editor:
        editor.execute("ALTER TABLE payouts_payout ENABLE TRIGGER carried")


def test_control_without_the_guards_a_payout_counts_twice(without_guards, batch, fia):
    in_threads([doing(approve_batch, batch.pk, actor=fia)] * 2)

    assert Commission.objects.get().paid_out_minor == 200_00
