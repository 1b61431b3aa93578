"""The file for the bank, and what the bank answers."""

from datetime import date

import pytest

from handsel.clock import now
from handsel.ledger.models import Entry
from handsel.payouts.models import BankFile
from handsel.payouts.payers import PayerMissing, change_payer
from handsel.payouts.services import (
    NothingToExport,
    PayoutDayPassed,
    PayoutNotPayable,
    PayoutsInAnotherFile,
    RailUnknown,
    export_batch,
    mark_batch_paid,
    mark_failed,
    mark_paid,
    mark_returned,
    propose_batch,
)
from handsel.payouts.tests.conftest import OTHER_IBAN


@pytest.fixture
def payer(program, ada):
    change_payer(program, name="Acme", iban=OTHER_IBAN, actor=ada)


def test_a_file_is_made_once_and_kept(approved, batch, payer, fia):
    first = export_batch(batch.pk, rail="sepa", actor=fia)
    again = export_batch(batch.pk, rail="sepa", actor=fia)

    assert (again.pk, bytes(again.content)) == (first.pk, bytes(first.content))
    assert approved.reference in bytes(first.content).decode()
    assert (first.amount_minor, BankFile.objects.count()) == (100_00, 1)


def test_what_is_in_a_file_is_sent(approved, batch, payer, fia):
    export_batch(batch.pk, rail="sepa", actor=fia)

    approved.refresh_from_db()
    batch.refresh_from_db()
    assert (approved.status, batch.status) == ("sent", "sent")


def test_the_same_payouts_are_written_in_another_file_only_when_asked_again(
    approved, batch, payer, fia
):
    export_batch(batch.pk, rail="sepa", actor=fia)
    with pytest.raises(PayoutsInAnotherFile):
        export_batch(batch.pk, rail="csv", actor=fia)
    table = export_batch(batch.pk, rail="csv", actor=fia, again=True)

    assert table.payout_ids == [approved.pk]


def test_a_bank_file_needs_to_know_who_pays(approved, batch, fia):
    with pytest.raises(PayerMissing):
        export_batch(batch.pk, rail="sepa", actor=fia)

    approved.refresh_from_db()
    assert approved.status == "queued"


def test_a_proposal_is_not_exported(batch, payer, fia):
    with pytest.raises(NothingToExport):
        export_batch(batch.pk, rail="sepa", actor=fia)


def test_an_unknown_way_is_refused_by_name(approved, batch, fia):
    with pytest.raises(RailUnknown) as refusal:
        export_batch(batch.pk, rail="pigeon", actor=fia)
    assert refusal.value.field == "rail"


def test_a_batch_is_paid_when_the_bank_says_so(approved, batch, fia):
    export_batch(batch.pk, rail="csv", actor=fia)
    mark_batch_paid(batch.pk, paid_on=date(2026, 10, 2), actor=fia)

    approved.refresh_from_db()
    batch.refresh_from_db()
    assert (approved.status, batch.status, batch.completed) == ("paid", "paid", True)
    assert approved.paid_at.date() == date(2026, 10, 2)


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2026, 10, 3)])
def test_it_is_not_paid_before_the_approval_or_in_the_future(approved, fia, day):
    with pytest.raises(PayoutDayPassed):
        mark_paid(approved.pk, paid_on=day, actor=fia)


def test_whatever_the_bank_says_twice_is_noted_once(approved, batch, fia):
    for _ in range(2):
        mark_paid(approved.pk, actor=fia)
        mark_batch_paid(batch.pk, actor=fia)
    for _ in range(2):
        mark_returned(approved.pk, reason="The account is closed.", actor=fia)

    assert Entry.objects.filter(subject_id=approved.pk).count() == 3


def test_what_failed_is_not_paid_and_what_is_paid_does_not_fail(approved, payout, fia):
    mark_failed(approved.pk, reason="The account is closed.", actor=fia)
    with pytest.raises(PayoutNotPayable):
        mark_paid(approved.pk, actor=fia)
    with pytest.raises(PayoutNotPayable):
        mark_returned(approved.pk, reason="The account is closed.", actor=fia)


def test_a_failed_payout_comes_again_in_the_next_batch_under_its_own_number(
    approved, batch, program, ada, fia
):
    mark_failed(approved.pk, reason="The account is closed.", actor=fia)

    again = propose_batch(program, actor=ada).payouts.get()

    assert again.amount_minor == approved.amount_minor
    assert again.reference != approved.reference


def test_it_was_sent_before_now(approved, batch, fia):
    file = export_batch(batch.pk, rail="csv", actor=fia)

    assert file.made_at <= now()
    assert file.execute_on == batch.pays_on
