from datetime import date

import pytest

from handsel.clock import now
from handsel.commissions.services import withhold_commission
from handsel.engine.terms import Hold, PayoutTerms, Percent, Terms
from handsel.payouts.models import Batch
from handsel.payouts.services import (
    BatchStillOpen,
    NothingToPay,
    PayoutDayPassed,
    discard_batch,
    drop_payout,
    propose_batch,
    set_payee,
)
from handsel.payouts.tests.conftest import IBAN, OTHER_IBAN


def test_what_september_approved_is_paid_on_the_sixteenth_of_october(batch, payout, bens, earned):
    assert batch.pays_on == date(2026, 10, 16)
    assert (batch.last_day, batch.number, batch.status) == (date(2026, 9, 30), 1, "proposed")
    assert (payout.partnership_id, payout.amount_minor) == (bens.pk, 100_00)
    assert payout.lines.get().commission_id == earned.pk


def test_what_is_approved_later_waits_for_the_next_batch(earned, program, ada, travel):
    program.payout_net_days = 30
    program.save(update_fields=["payout_net_days"])

    with pytest.raises(NothingToPay):
        propose_batch(program, actor=ada)


def test_a_batch_ahead_of_its_time_takes_what_there_is(earned, program, ada, travel):
    batch = propose_batch(program, pays_on=date(2026, 12, 16), actor=ada)
    assert batch.collected_until <= now()


def test_what_is_withheld_is_told_and_not_paid(earned, sell, bens, program, ada):
    withheld = sell(bens, 500_00, "L-2")
    withhold_commission(withheld.pk, reason="So many.", actor=ada)

    batch = propose_batch(program, actor=ada)

    assert batch.payouts.get().amount_minor == 100_00
    assert (batch.withheld_minor, batch.withheld_total) == (50_00, 1)


def test_two_partners_have_a_payout_each(earned, sell, cleos, program, ada):
    set_payee(cleos.partner, holder_name="Cleo", iban=OTHER_IBAN, actor=None)
    sell(cleos, 300_00, "L-2")

    batch = propose_batch(program, actor=ada)

    assert sorted(batch.payouts.values_list("amount_minor", flat=True)) == [30_00, 100_00]
    assert len(set(batch.payouts.values_list("reference", flat=True))) == 2


def test_who_has_named_no_account_is_listed_and_blocked(sell, bens, program, ada):
    sell(bens, 1_000_00)

    payout = propose_batch(program, actor=ada).payouts.get()

    assert payout.is_blocked
    assert payout.checks[0] == {"code": "no_payee", "params": {}}


def test_a_second_batch_waits_until_the_first_is_decided(batch, payout, program, ada):
    with pytest.raises(BatchStillOpen):
        propose_batch(program, actor=ada)

    discard_batch(batch.pk, reason="Too early.", actor=ada)
    again = propose_batch(program, actor=ada)

    assert again.payouts.get().amount_minor == 100_00
    assert (again.number, again.pays_on) == (2, batch.pays_on)


def test_a_batch_of_which_all_is_left_out_still_waits(batch, payout, program, ada):
    drop_payout(payout.pk, reason="Ben asked for it.", actor=ada)

    with pytest.raises(BatchStillOpen):
        propose_batch(program, actor=ada)


def test_with_nothing_owed_there_is_no_batch(bens, program, ada):
    with pytest.raises(NothingToPay):
        propose_batch(program, actor=ada)
    assert not Batch.objects.exists()


def test_a_day_that_is_over_is_refused_by_name(earned, program, ada):
    with pytest.raises(PayoutDayPassed) as refusal:
        propose_batch(program, pays_on=date(2026, 10, 1), actor=ada)
    assert refusal.value.field == "pays_on"


def test_the_next_batch_pays_on_the_next_day_without_one(approved, batch, sell, bens, program, ada):
    sell(bens, 500_00, "L-2")

    assert propose_batch(program, actor=ada).pays_on == date(2026, 11, 16)


@pytest.fixture
def terms():
    """As everywhere, and payouts wait until there are 25.00."""
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        hold=Hold(days=14),
        payout=PayoutTerms(threshold_minor=25_00),
    )


def test_a_small_balance_is_listed_and_kept(sell, bens, bens_account, cleos, program, ada):
    set_payee(cleos.partner, holder_name="Cleo", iban=OTHER_IBAN, actor=None)
    sell(bens, 1_000_00)
    sell(cleos, 249_90, "L-2")

    batch = propose_batch(program, actor=ada)

    kept = batch.payouts.get(partnership=cleos)
    assert (kept.left_out_kind, kept.amount_minor) == ("below_minimum", 24_99)
    assert kept.checks[0] == {"code": "below_minimum", "params": {"threshold_minor": 25_00}}


def test_a_changed_account_is_told_until_it_was_paid_to(earned, bens, program, ada):
    set_payee(bens.partner, holder_name="Ben Berg", iban=OTHER_IBAN, actor=None)

    payout = propose_batch(program, actor=ada).payouts.get()

    assert payout.needs_look
    assert payout.checks[0] == {"code": "new_account", "params": {"days": 0, "watched": True}}


def test_the_same_account_under_another_name_is_no_other_account(earned, bens, program, ada):
    set_payee(bens.partner, holder_name="B. Berg", iban=IBAN, actor=None)

    assert not propose_batch(program, actor=ada).payouts.get().needs_look
