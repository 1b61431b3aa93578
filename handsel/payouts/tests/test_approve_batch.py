import pytest

from handsel.activity.models import Activity
from handsel.cast import member_of
from handsel.commissions.models import Commission
from handsel.commissions.services import withhold_commission
from handsel.ledger.models import Entry
from handsel.ledger.queries import balance_minor
from handsel.ledger.services import post
from handsel.organizations.access import NotAllowed
from handsel.payouts.models import Payout
from handsel.payouts.queries import taken_over
from handsel.payouts.services import (
    BatchClosed,
    NothingToApprove,
    PayoutDecided,
    PayoutDisagreesWithLedger,
    PayoutNotApprovable,
    PayoutNotOfBatch,
    approve_batch,
    clear_payout,
    delay_payout,
    discard_batch,
    drop_payout,
    mark_batch_paid,
    mark_paid,
    propose_batch,
    restore_payout,
    set_payee,
)
from handsel.payouts.tests.conftest import OTHER_IBAN
from handsel.rows.scope import seen_by


def queued_entries():
    return Entry.objects.filter(key__startswith="payout-queued:")


def test_who_approved_and_when_is_kept(approved, batch, fia, bens):
    batch.refresh_from_db()

    assert (batch.status, batch.approved_by) == ("queued", fia)
    assert balance_minor(f"in_transit:{bens.pk}") == 100_00
    assert Activity.objects.get(verb="payout.approved").partner_id == bens.partner_id


def test_approving_twice_changes_nothing(approved, batch, fia):
    approve_batch(batch.pk, actor=fia)
    approve_batch(batch.pk, payouts=[approved.pk], actor=fia)

    assert queued_entries().count() == 1
    assert Activity.objects.filter(verb="batch.approved").count() == 1


def test_a_manager_does_not_approve(batch, acme):
    with pytest.raises(NotAllowed):
        approve_batch(batch.pk, actor=member_of(acme, "Mia", "manager"))


def test_an_owner_of_another_brand_does_not_approve(batch, mallory, ben):
    for stranger in (mallory, ben):
        with pytest.raises(NotAllowed):
            approve_batch(batch.pk, actor=stranger)
    assert not queued_entries().exists()


def test_what_is_withheld_since_is_taken_off(earned, sell, bens, program, ada, fia):
    other = sell(bens, 300_00, "L-2")
    batch = propose_batch(program, actor=ada)
    withhold_commission(other.pk, reason="So many.", actor=ada)

    approve_batch(batch.pk, actor=fia)

    payout = batch.payouts.get()
    assert (payout.amount_minor, payout.lines.count()) == (100_00, 1)
    assert balance_minor(f"payable:{bens.pk}") == 30_00
    told = Activity.objects.get(verb="batch.approved").data
    assert told["reckoned_again_minor"] == -30_00


def test_a_payout_of_which_all_is_withheld_has_nothing_left_to_pay(batch, payout, earned, ada, fia):
    withhold_commission(earned.pk, reason="So many.", actor=ada)

    approve_batch(batch.pk, actor=fia)

    payout.refresh_from_db()
    assert (payout.amount_minor, payout.left_out_kind) == (0, "nothing_left")
    assert payout.get_left_out_kind_display() == "Nothing left to pay"


def test_what_is_sent_back_since_is_taken_off(batch, refund, bens, fia):
    refund(400_00)

    approve_batch(batch.pk, actor=fia)

    assert batch.payouts.get().amount_minor == 60_00
    assert balance_minor(f"payable:{bens.pk}") == 0


def test_what_came_to_more_since_waits(batch, shop, earned, bens, fia, sell, news_of_order):
    sell(bens, 300_00, "L-2")
    news_of_order("L-1", 2_000_00)

    with pytest.raises(NothingToApprove):
        approve_batch(batch.pk, payouts=[], actor=fia)
    approve_batch(batch.pk, actor=fia)

    payout = batch.payouts.get()
    assert (payout.status, payout.left_out_kind) == ("proposed", "nothing_left")
    assert balance_minor(f"payable:{bens.pk}") == 230_00


def test_an_account_changed_since_asks_for_a_look_first(batch, payout, bens, fia):
    set_payee(bens.partner, holder_name="Ben Berg", iban=OTHER_IBAN, actor=None)

    approve_batch(batch.pk, actor=fia)
    payout.refresh_from_db()
    assert (payout.status, payout.needs_look) == ("proposed", True)

    clear_payout(payout.pk, actor=fia)
    approve_batch(batch.pk, actor=fia)
    payout.refresh_from_db()
    assert payout.payee is not None
    assert (payout.status, payout.payee.iban) == ("queued", OTHER_IBAN)


def test_what_needs_a_look_is_refused_by_name(earned, bens, program, ada, fia):
    set_payee(bens.partner, holder_name="Ben Berg", iban=OTHER_IBAN, actor=None)
    payout = propose_batch(program, actor=ada).payouts.get()

    with pytest.raises(PayoutNotApprovable):
        approve_batch(payout.batch_id, payouts=[payout.pk], actor=fia)
    with pytest.raises(NothingToApprove):
        approve_batch(payout.batch_id, actor=fia)


def test_who_says_where_to_pay_after_the_proposal_is_paid(sell, bens, ben, program, ada, fia):
    sell(bens, 1_000_00)
    batch = propose_batch(program, actor=ada)
    with seen_by([ben.organization_id]):
        set_payee(bens.partner, holder_name="Ben Berg", iban=OTHER_IBAN, actor=ben)

    approve_batch(batch.pk, actor=fia)

    payout = batch.payouts.get()
    assert payout.payee is not None
    assert (payout.status, payout.payee.iban) == ("queued", OTHER_IBAN)
    assert [check["code"] for check in payout.checks] == ["first_payout"]


def test_a_payout_of_nobody_is_refused(batch, fia):
    with pytest.raises(PayoutNotOfBatch):
        approve_batch(batch.pk, payouts=["pay_01m7w3n2p5exyv9yzdeftyh8k6"], actor=fia)


def test_when_the_ledger_says_otherwise_nothing_is_approved(batch, bens, fia, earned):
    post(
        key=f"mistake:{earned.pk}:1", debit=f"payable:{bens.pk}",
        credit=f"commission_expense:{bens.program_id}", amount_minor=1, currency="EUR",
        occurred_at=earned.occurred_at, brand_id=bens.brand_id, partner_id=bens.partner_id,
        subject_id=earned.pk,
    )  # fmt: skip

    with pytest.raises(PayoutDisagreesWithLedger) as refusal:
        approve_batch(batch.pk, actor=fia)

    assert refusal.value.params["ledger_minor"] == 99_99
    assert not queued_entries().exists()


@pytest.fixture
def two(earned, sell, cleos, program, ada):
    """A batch of two payouts: Ben's 100.00 and Cleo's 30.00."""
    set_payee(cleos.partner, holder_name="Cleo", iban=OTHER_IBAN, actor=None)
    sell(cleos, 300_00, "L-2")
    return propose_batch(program, actor=ada)


def test_some_are_approved_and_others_follow(two, bens, cleos, fia):
    first, second = two.payouts.get(partnership=bens), two.payouts.get(partnership=cleos)

    approve_batch(two.pk, payouts=[first.pk], actor=fia)
    assert balance_minor(f"in_transit:{cleos.pk}") == 0

    approve_batch(two.pk, payouts=[second.pk], actor=fia)
    assert balance_minor(f"in_transit:{cleos.pk}") == 30_00


def test_a_batch_whose_rest_has_nothing_to_pay_any_more_is_done(two, bens, cleos, fia):
    first, second = two.payouts.get(partnership=bens), two.payouts.get(partnership=cleos)
    approve_batch(two.pk, payouts=[first.pk], actor=fia)
    mark_paid(first.pk, actor=fia)
    withhold_commission(second.lines.get().commission_id, reason="Odd clicks.", actor=fia)

    approve_batch(two.pk, payouts=[second.pk], actor=fia)

    two.refresh_from_db()
    assert (two.status, two.completed) == ("paid", True)


@pytest.mark.parametrize("leave_out", [drop_payout, delay_payout])
def test_what_is_left_out_is_owed_in_the_next_batch(two, bens, cleos, fia, program, leave_out):
    leave_out(two.payouts.get(partnership=bens).pk, reason="Ben asked for it.", actor=fia)
    approve_batch(two.pk, actor=fia)

    assert balance_minor(f"payable:{bens.pk}") == 100_00
    assert propose_batch(program, actor=fia).payouts.get().amount_minor == 100_00


def test_what_was_left_out_is_taken_over_once_a_later_payout_carries_it(two, bens, fia, program):
    left_out = delay_payout(
        two.payouts.get(partnership=bens).pk, reason="Ben asked for it.", actor=fia
    )
    approve_batch(two.pk, actor=fia)
    later = propose_batch(program, actor=fia)
    assert taken_over(fia, [left_out]) == set()

    approve_batch(later.pk, actor=fia)
    assert taken_over(fia, [left_out, later.payouts.get()]) == {left_out.pk}


def test_the_partner_is_told_why_once_the_others_are_approved(two, bens, fia):
    drop_payout(two.payouts.get(partnership=bens).pk, reason="Ben asked for it.", actor=fia)
    assert not Activity.objects.filter(verb__startswith="payout.", partner=bens.partner).exists()

    approve_batch(two.pk, actor=fia)
    told = Activity.objects.get(verb__startswith="payout.", partner=bens.partner)
    assert (told.verb, told.reason) == ("payout.left-out", "Ben asked for it.")


def test_who_is_left_out_after_the_others_were_approved_is_told_too(two, bens, cleos, fia):
    approve_batch(two.pk, payouts=[two.payouts.get(partnership=cleos).pk], actor=fia)
    drop_payout(two.payouts.get(partnership=bens).pk, reason="Ben asked for it.", actor=fia)

    told = Activity.objects.get(verb__startswith="payout.", partner=bens.partner)
    assert (told.verb, told.reason) == ("payout.left-out", "Ben asked for it.")


def test_what_was_left_out_can_be_taken_in_again(batch, payout, fia):
    drop_payout(payout.pk, reason="Ben asked for it.", actor=fia)
    restore_payout(payout.pk, actor=fia)
    approve_batch(batch.pk, actor=fia)

    payout.refresh_from_db()
    assert payout.status == "queued"


def test_nothing_is_taken_into_a_batch_that_was_paid(two, bens, cleos, fia):
    bens_payout = two.payouts.get(partnership=bens)
    drop_payout(bens_payout.pk, reason="Ben asked for it.", actor=fia)
    approve_batch(two.pk, actor=fia)
    mark_batch_paid(two.pk, actor=fia)

    with pytest.raises(BatchClosed):
        restore_payout(bens_payout.pk, actor=fia)


def test_a_decided_payout_is_not_left_out(approved, fia):
    with pytest.raises(PayoutDecided):
        drop_payout(approved.pk, reason="Too late.", actor=fia)


def test_an_approved_batch_is_not_sent_back(approved, batch, fia):
    with pytest.raises(BatchClosed):
        discard_batch(batch.pk, reason="Too late.", actor=fia)


def test_a_batch_sent_back_is_not_approved(batch, fia):
    discard_batch(batch.pk, reason="Too early.", actor=fia)

    with pytest.raises(NothingToApprove):
        approve_batch(batch.pk, actor=fia)
    assert balance_minor(f"in_transit:{batch.payouts.get().partnership_id}") == 0


def test_the_database_keeps_what_was_approved(approved):
    from django.db import DatabaseError, transaction

    for change in (
        lambda: Payout.objects.filter(pk=approved.pk).update(status="proposed"),
        lambda: Payout.objects.filter(pk=approved.pk).update(amount_minor=1, approved_minor=1),
        lambda: approved.lines.all().delete(),
        lambda: Payout.objects.filter(pk=approved.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_refuses_a_payout_of_more_than_is_owed(payout, earned):
    from django.db import DatabaseError, transaction

    Commission.objects.filter(pk=earned.pk).update(amount_minor=1_00, paid_out_minor=100_00)
    with pytest.raises(DatabaseError, match="more of commission"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(status="queued")
