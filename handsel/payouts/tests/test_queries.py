from datetime import date

import pytest

from handsel.commissions.receipt import Way
from handsel.commissions.services import withhold_commission
from handsel.errors import InvalidInput
from handsel.payouts.models import Batch, Payee, Payout, PayoutLine
from handsel.payouts.queries import (
    batch_sums,
    batches_of,
    next_payout_of,
    paid_minor_of,
    payee_of,
    payout_of_commissions,
    payouts_of,
    way_of,
)
from handsel.payouts.services import (
    approve_batch,
    drop_payout,
    mark_paid,
    mark_returned,
    propose_batch,
    set_payee,
)
from handsel.payouts.tests.conftest import IBAN, OTHER_IBAN
from handsel.payouts.wording import batch_name
from handsel.rows.scope import seen_by


def test_a_proposal_is_the_brands_draft(payout, ada, ben):
    assert list(payouts_of(ada)) == [payout]
    assert list(payouts_of(ben)) == []
    assert not PayoutLine.objects.visible_to(ben).exists()


def test_a_draft_is_hidden_from_the_partner_by_the_database_too(payout, ben, ada):
    with seen_by([ben.organization_id]):
        assert not Payout.objects.exists()
        assert not PayoutLine.objects.exists()
        assert not Batch.objects.exists()
    with seen_by([ada.organization_id]):
        assert Payout.objects.exists()


def test_what_is_approved_the_partner_sees(approved, ben, bens):
    with seen_by([ben.organization_id]):
        (payout,) = payouts_of(ben, partnership=bens)
        assert payout.batch.pays_on == date(2026, 10, 16)
        assert PayoutLine.objects.visible_to(ben).get().amount_minor == 100_00


def test_what_was_left_out_the_partner_reads_once_the_others_are_approved(two, bens, ben, fia):
    drop_payout(two.payouts.get(partnership=bens).pk, reason="Ben asked for it.", actor=fia)
    assert list(payouts_of(ben)) == []

    approve_batch(two.pk, actor=fia)
    assert payouts_of(ben).get().left_out_because == "Ben asked for it."


def test_strangers_see_nothing(approved, batch, mallory, program):
    assert list(payouts_of(mallory)) == []
    assert list(batches_of(mallory, program)) == []
    assert not Payee.objects.visible_to(mallory).exists()
    with seen_by([mallory.organization_id]):
        for model in (Batch, Payout, PayoutLine, Payee):
            assert not model.objects.exists()


def test_an_account_is_seen_by_its_owner_and_by_who_pays(bens_account, ben, ada):
    for member in (ben, ada):
        with seen_by([member.organization_id]):
            assert Payee.objects.visible_to(member).get().masked == "NO93 •••• 7947"


def test_the_newest_account_holds(bens_account, bens):
    set_payee(bens.partner, holder_name="Ben Berg", iban=OTHER_IBAN, actor=None)
    set_payee(bens.partner, holder_name=" Ben  Berg ", iban=OTHER_IBAN.lower(), actor=None)

    newest = payee_of(bens.partner)
    assert newest is not None
    assert newest.iban == OTHER_IBAN
    assert bens.partner.payees.count() == 2


def test_a_holder_whose_name_no_bank_can_read_is_refused(bens_account, bens):
    with pytest.raises(InvalidInput) as refused:
        set_payee(bens.partner, holder_name="🦊", iban=OTHER_IBAN, actor=None)

    assert refused.value.field == "holder_name"
    assert bens.partner.payees.count() == 1


def test_a_commission_knows_the_payout_that_carries_it(approved, earned, fia):
    assert payout_of_commissions([earned.pk]) == {earned.pk: approved}

    mark_paid(approved.pk, actor=fia)
    mark_returned(approved.pk, reason="The account is closed.", actor=fia)
    assert payout_of_commissions([earned.pk]) == {}


def test_what_is_paid_is_what_arrived(approved, bens, fia):
    assert paid_minor_of([bens]) == {}
    mark_paid(approved.pk, actor=fia)
    assert paid_minor_of([bens]) == {"EUR": 100_00}


def test_the_next_payout_is_what_is_owed_on_the_next_day(earned, bens, ben):
    with seen_by([ben.organization_id]):
        found = next_payout_of(bens)

    assert (found.amount_minor, found.pays_on) == (100_00, date(2026, 10, 16))
    assert (found.below_threshold_minor, found.payout) == (0, None)


def test_the_next_payout_is_the_one_that_is_on_its_way(approved, bens):
    found = next_payout_of(bens)

    assert (found.payout, found.amount_minor) == (approved, 100_00)


def test_what_was_too_late_is_paid_a_month_later(earned, bens, program):
    program.payout_net_days = 30
    program.save(update_fields=["payout_net_days"])
    bens.program.refresh_from_db()

    assert next_payout_of(bens).pays_on == date(2026, 11, 16)


@pytest.fixture
def two(earned, sell, cleos, program, ada):
    """A batch of two payouts: Ben's 100.00 and Cleo's 30.00."""
    set_payee(cleos.partner, holder_name="Cleo", iban=IBAN, actor=None)
    sell(cleos, 300_00, "L-2")
    return propose_batch(program, actor=ada)


def test_the_total_of_a_batch_is_made_of_these(two, earned, sell, bens, cleos, ada, fia, program):
    drop_payout(two.payouts.get(partnership=cleos).pk, reason="She asked for it.", actor=fia)
    approve_batch(two.pk, actor=fia)
    withheld = sell(bens, 500_00, "L-3")
    withhold_commission(withheld.pk, reason="So many.", actor=ada)
    sell(bens, 700_00, "L-4")

    sums = batch_sums(propose_batch(program, actor=ada))

    assert (sums.approved_minor, sums.before_minor) == (0 + 50_00, 100_00)
    assert (sums.withheld_minor, sums.to_pay_minor) == (-50_00, 100_00)
    assert sums.agrees


def test_the_sums_take_few_statements(two, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        batch_sums(two)


def test_a_batch_is_called_after_its_month(batch, travel):
    assert batch_name(batch) == "September run"


def test_a_receipt_learns_how_far_the_money_is(earned, approved, fia):
    assert way_of(earned) == Way(queued_at=approved.queued_at, paid_at=None)

    paid = mark_paid(approved.pk, actor=fia)
    assert way_of(earned) == Way(queued_at=approved.queued_at, paid_at=paid.paid_at)

    mark_returned(approved.pk, reason="The account is closed.", actor=fia)
    assert way_of(earned) is None
