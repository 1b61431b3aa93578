"""One payout from proposal to the bank, and back."""

import pytest

from handsel.commissions.services import CommissionNotWithholdable, withhold_commission
from handsel.ledger.queries import balance_minor
from handsel.payouts.queries import batch_sums
from handsel.payouts.services import (
    approve_batch,
    export_batch,
    mark_batch_paid,
    mark_failed,
    mark_paid,
    mark_returned,
    propose_batch,
    set_payee,
)
from handsel.payouts.tests.conftest import IBAN
from handsel.rows.scope import seen_by


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


def test_what_is_on_its_way_cannot_be_withheld_any_more(approved, earned, fia):
    with pytest.raises(CommissionNotWithholdable):
        withhold_commission(earned.pk, reason="Odd clicks.", actor=fia)

    mark_failed(approved.pk, reason="We look at it first.", actor=fia)
    assert withhold_commission(earned.pk, reason="Odd clicks.", actor=fia).withheld_at


def test_what_fails_is_owed_again(approved, bens, fia):
    mark_failed(approved.pk, reason="The account is closed.", actor=fia)

    assert held(bens) == {"payable": 100_00}


def test_what_comes_back_is_owed_again(approved, bens, fia):
    mark_paid(approved.pk, actor=fia)
    mark_returned(approved.pk, reason="The account is closed.", actor=fia)

    assert held(bens) == {"payable": 100_00}


def test_each_side_does_its_part_with_its_own_rows_alone(sell, bens, ben, program, ada, fia):
    """As in a request: PostgreSQL shows each of them no more than is theirs."""
    with seen_by([ben.organization_id]):
        set_payee(bens.partner, holder_name="Ben Berg", iban=IBAN, actor=ben)
    sell(bens, 1_000_00)
    with seen_by([ada.organization_id]):
        batch = propose_batch(program, actor=ada)
        approve_batch(batch.pk, actor=fia)
        export_batch(batch.pk, rail="csv", actor=fia)
        mark_batch_paid(batch.pk, actor=fia)
        mark_returned(batch.payouts.get().pk, reason="The account is closed.", actor=fia)
        again = propose_batch(program, actor=ada)
        assert batch_sums(again).agrees

    assert held(bens) == {"payable": 100_00}
