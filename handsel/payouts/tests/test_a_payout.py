"""One payout from proposal to the bank, and back."""

from handsel.ledger.queries import balance_minor
from handsel.payouts.services import (
    mark_failed,
    mark_paid,
    mark_returned,
)


def held(partnership):
    """What stands on the partner's accounts, and the brand's cash."""
    kinds = ("pending", "payable", "in_transit", "receivable")
    balances = {kind: balance_minor(f"{kind}:{partnership.pk}") for kind in kinds}
    balances["cash"] = balance_minor(f"cash:{partnership.brand_id}")
    return {kind: amount for kind, amount in balances.items() if amount}


def test_a_proposal_moves_nothing(batch, payout, bens):
    assert (payout.amount_minor, payout.status) == (100_00, "proposed")
    assert held(bens) == {"payable": 100_00}


def test_what_is_approved_is_on_its_way(approved, bens):
    assert approved.status == "queued"
    assert held(bens) == {"in_transit": 100_00}


def test_what_is_paid_left_the_cash(approved, bens, fia):
    mark_paid(approved.pk, actor=fia)

    assert held(bens) == {"cash": -100_00}


def test_what_fails_is_owed_again(approved, bens, fia):
    mark_failed(approved.pk, reason="The account is closed.", actor=fia)

    assert held(bens) == {"payable": 100_00}


def test_what_comes_back_is_owed_again(approved, bens, fia):
    mark_paid(approved.pk, actor=fia)
    mark_returned(approved.pk, reason="The account is closed.", actor=fia)

    assert held(bens) == {"payable": 100_00}
