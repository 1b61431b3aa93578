"""Goods that come back after the partner was paid for them."""

import pytest

from handsel.commissions.proof import proof_file
from handsel.engine.proof import check
from handsel.ledger.check import check_all
from handsel.ledger.queries import balance_minor, entries_of
from handsel.payouts.services import (
    NothingToPay,
    approve_batch,
    clear_payout,
    mark_failed,
    mark_paid,
    mark_returned,
    propose_batch,
)


@pytest.fixture
def taken_back(approved, fia, refund):
    """Ben was paid 100.00, and 40.00 of it was taken back since."""
    mark_paid(approved.pk, actor=fia)
    refund(400_00)
    return approved


def owed(partnership):
    return balance_minor(f"payable:{partnership.pk}"), balance_minor(f"receivable:{partnership.pk}")


def test_what_is_taken_back_after_the_payout_is_owed_back(taken_back, bens, earned):
    assert owed(bens) == (0, 40_00)
    earned.refresh_from_db()
    assert earned.owed_minor == -40_00


def test_no_more_is_paid_than_was_looked_at_when_less_is_owed_back(
    approved, refund, sell, bens, program, ada, fia
):
    refund(400_00)
    sell(bens, 2_000_00, "L-2")
    batch = propose_batch(program, actor=ada)
    mark_failed(approved.pk, reason="The account is closed.", actor=fia)  # nothing is owed back now

    clear_payout(batch.payouts.get().pk, actor=fia)
    approve_batch(batch.pk, actor=fia)
    payout = batch.payouts.get()
    assert (payout.status, payout.amount_minor) == ("proposed", 200_00)

    approve_batch(batch.pk, actor=fia)
    payout.refresh_from_db()
    assert (payout.status, payout.amount_minor) == ("queued", 200_00)


def test_what_is_owed_back_alone_makes_no_batch(taken_back, program, ada):
    with pytest.raises(NothingToPay):
        propose_batch(program, actor=ada)


def test_the_next_payout_takes_it_along(taken_back, sell, bens, program, ada, fia):
    sell(bens, 2_000_00, "L-2")
    batch = propose_batch(program, actor=ada)
    approve_batch(batch.pk, actor=fia)

    payout = batch.payouts.get()
    assert (payout.approved_minor, payout.adjusted_minor, payout.amount_minor) == (
        200_00,
        -40_00,
        160_00,
    )
    (entry,) = entries_of(payout.pk)
    assert {p.account.kind: p.amount_minor for p in entry.postings.all()} == {
        "payable": 200_00,
        "receivable": -40_00,
        "in_transit": -160_00,
    }
    assert owed(bens) == (0, 0)


def test_an_order_that_is_worth_more_again_makes_it_good(taken_back, news_of_order, bens):
    news_of_order("L-1", 1_500_00)

    assert owed(bens) == (10_00, 0)


def test_a_payout_that_fails_after_a_refund_owes_what_is_left(approved, refund, bens, fia):
    refund(400_00)
    assert owed(bens) == (0, 40_00)

    mark_failed(approved.pk, reason="The account is closed.", actor=fia)

    assert owed(bens) == (60_00, 0)


def test_a_payout_that_comes_back_after_a_refund_owes_what_is_left(taken_back, bens, fia):
    mark_returned(taken_back.pk, reason="The account is closed.", actor=fia)

    assert owed(bens) == (60_00, 0)
    assert balance_minor(f"cash:{bens.brand_id}") == 0


def test_a_failed_payout_puts_back_what_it_took_along(taken_back, sell, bens, program, ada, fia):
    sell(bens, 2_000_00, "L-2")
    batch = propose_batch(program, actor=ada)
    approve_batch(batch.pk, actor=fia)

    mark_failed(batch.payouts.get().pk, reason="The account is closed.", actor=fia)

    assert owed(bens) == (200_00, 40_00)


def test_a_commission_that_was_taken_back_is_still_proven(taken_back, earned):
    earned.refresh_from_db()

    report = check(proof_file(earned))

    assert report.ok
    assert report.proof is not None
    assert report.proof.subject.amount_minor == 60_00
    assert check_all().ok
