"""After approval: the file, what the bank said, and what comes back."""

from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.console.tests.reading import page_text
from handsel.ledger.queries import balance_minor
from handsel.payouts.models import BankFile
from handsel.payouts.services import approve_batch


@pytest.fixture
def approved(batch, bens_payout, payer, ada):
    approve_batch(batch.pk, payouts=[bens_payout.pk], actor=ada)
    batch.refresh_from_db()
    return batch


def url(batch, what=""):
    return reverse(f"console:batch{what}", args=[batch.pk])


def one(payout, what=""):
    return reverse(f"console:payout{what}", args=[payout.batch_id, payout.pk])


def test_a_file_is_made_once_and_stays_the_same(as_ada, approved):
    as_ada.post(url(approved, "-file"), {"rail": "sepa"})
    file = BankFile.objects.get()
    address = reverse("console:bank-file", args=[approved.pk, file.pk])
    first, second = as_ada.get(address), as_ada.get(address)

    assert first.content == second.content
    assert sha256(first.content).hexdigest() == file.sha256
    assert b"<EndToEndId>" in first.content
    assert first["Content-Disposition"] == f'attachment; filename="{file.name}"'
    assert "Download" in page_text(as_ada, url(approved))


def test_a_second_kind_of_file_of_the_same_payouts_is_asked_for_expressly(as_ada, approved):
    as_ada.post(url(approved, "-file"), {"rail": "sepa"})

    assert as_ada.post(url(approved, "-file"), {"rail": "csv"}).status_code == 409
    assert "These payouts are in another file already." in page_text(as_ada, url(approved))

    as_ada.post(url(approved, "-file"), {"rail": "csv", "again": "on"})
    assert set(BankFile.objects.values_list("rail", flat=True)) == {"sepa", "csv"}
    assert "These payouts are in another file already." not in page_text(as_ada, url(approved))


def test_a_file_needs_the_account_to_pay_from(as_ada, batch, bens_payout, ada):
    approve_batch(batch.pk, payouts=[bens_payout.pk], actor=ada)

    assert as_ada.post(url(batch, "-file"), {"rail": "sepa"}).status_code == 409
    assert not BankFile.objects.exists()


def test_an_unknown_kind_of_file_is_refused(as_ada, approved):
    assert as_ada.post(url(approved, "-file"), {"rail": "pigeon"}).status_code == 422


def test_a_file_with_account_numbers_is_for_those_who_pay(as_ada, as_mia, as_mallory, approved):
    as_ada.post(url(approved, "-file"), {"rail": "csv"})
    address = reverse("console:bank-file", args=[approved.pk, BankFile.objects.get().pk])

    assert as_mia.get(address).status_code == 403
    assert as_mallory.get(address).status_code == 404


def test_the_bank_has_paid_all(as_ada, approved, bens, acme):
    as_ada.post(url(approved, "-file"), {"rail": "sepa"})
    response = as_ada.post(url(approved, "-confirmation"), {"paid_on": localdate(now())})

    assert response.status_code == 302
    assert balance_minor(f"in_transit:{bens.pk}") == 0
    assert balance_minor(f"cash:{acme.pk}") == -2_100
    assert "Paid" in page_text(as_ada, url(approved))


def test_without_a_day_nothing_is_paid(as_ada, approved, bens):
    assert as_ada.post(url(approved, "-confirmation"), {"paid_on": "soon"}).status_code == 422
    assert balance_minor(f"in_transit:{bens.pk}") == 2_100


def test_one_that_the_bank_refused_is_owed_again(as_ada, approved, bens_payout, bens):
    as_ada.post(one(bens_payout, "-failure"), {"reason": "Account closed", "back": "payout"})

    assert balance_minor(f"payable:{bens.pk}") == 2_100
    text = page_text(as_ada, one(bens_payout))
    assert "Failed" in text
    assert "Account closed" in text


def test_one_that_came_back_is_owed_again(as_ada, approved, bens_payout, bens, acme):
    as_ada.post(one(bens_payout, "-payment"), {"paid_on": localdate(now())})
    as_ada.post(one(bens_payout, "-return"), {"reason": "Sent back by the bank"})

    assert balance_minor(f"payable:{bens.pk}") == 2_100
    assert balance_minor(f"cash:{acme.pk}") == 0
    assert "Payout came back" in page_text(as_ada, one(bens_payout))


def test_a_payout_says_what_it_is_made_of(as_ada, approved, bens_payout):
    text = page_text(as_ada, one(bens_payout))

    assert "L-1" in text
    assert "Together €21.00" in text
    assert "On its way to Ben's Blog" in text
    assert "Ben Berg" in text
    assert "NO9386011117947" not in text


def test_a_payout_is_found_by_its_id_alone(as_ada, bens_payout):
    response = as_ada.get(reverse("console:batch", args=[bens_payout.pk]))

    assert response["Location"] == one(bens_payout)


def test_a_payout_of_another_batch_is_not_there(as_ada, as_mallory, as_ben, bens_payout):
    assert as_mallory.get(one(bens_payout)).status_code == 404
    assert as_ben.get(one(bens_payout)).status_code == 404
    elsewhere = reverse("console:payout", args=[bens_payout.pk, bens_payout.pk])
    assert as_ada.get(elsewhere).status_code == 404
