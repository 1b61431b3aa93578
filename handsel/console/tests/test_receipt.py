import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, decline_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.engine.proof import check
from handsel.ledger.seal import seal_new


def url(commission, query=""):
    return reverse("console:commission", args=[commission.pk]) + query


def test_it_tells_the_sum(as_ada, commission):
    text = page_text(as_ada, url(commission))

    assert "Why €10.50?" in text
    assert "Lambswool beanie €125.00" in text
    assert "Tax in it −€20.00" in text
    assert "Counts for the commission €105.00" in text
    assert "€105.00 × 10% €10.50" in text
    assert "same, €10.50" in text


def test_it_tells_the_entries_by_their_partner(as_ada, commission):
    text = page_text(as_ada, url(commission))

    assert "Owed to Ben's Blog, waiting €10.50" in text
    assert "Balanced €10.50 €10.50" in text


def test_a_refund_is_told_as_a_change(as_ada, commission, shop):
    shop.refund(amount_minor=6_250, at=YESTERDAY)
    evaluate_due()
    text = page_text(as_ada, url(commission))

    assert "Why €5.25?" in text
    assert "Sent back −€62.50" in text
    assert "A refund −€5.25 €5.25" in text
    assert "Goods for €62.50 came back." in text


def test_a_rule_that_did_not_apply_is_told(as_ada, commission):
    assert "Version 1 of the agreement applies" in page_text(as_ada, url(commission))


def test_the_brand_reads_who_else_was_involved(as_ada, shop, bens_click, cleos):
    order(shop, click_ids=[bens_click], codes=["CLEO5"])
    text = page_text(as_ada, url(Commission.objects.get()))

    assert "2 partners were involved, one is credited" in text
    assert "Ben's Blog click ben" in text
    assert "a personal code on the order comes before any click" in text


def test_records_show_ids(as_ada, commission, bens_click):
    assert bens_click not in page_text(as_ada, url(commission))
    text = page_text(as_ada, url(commission, "?records=1"))

    assert bens_click in text
    assert f"pending:{commission.partnership_id}" in text


def test_it_says_what_is_to_be_decided(as_ada, commission):
    assert "Approve now" in page_text(as_ada, url(commission))

    approve_commission(commission.pk, actor=None)
    text = page_text(as_ada, url(commission))
    assert "Approve now" not in text
    assert "Checked and approved" in text


def test_the_reason_of_a_refusal_stands_in_its_history(as_ada, ada, commission):
    decline_commission(commission.pk, reason="Their own order", actor=ada)
    text = page_text(as_ada, url(commission))

    assert "Checked and declined" in text
    assert "“Their own order”" in text


@pytest.mark.django_db(transaction=True)
def test_the_proof_file_checks_out(as_ada, commission):
    seal_new()
    response = as_ada.get(reverse("console:commission-proof", args=[commission.pk]))

    assert response["Content-Disposition"] == f'attachment; filename="{commission.pk}.json"'
    assert check(response.content).ok
    assert json.loads(response.content)["subject"]["amount_minor"] == 1_050


@pytest.mark.parametrize("page", ["commission", "commission-proof"])
def test_others_find_nothing(as_mallory, as_ben, commission, page):
    address = reverse(f"console:{page}", args=[commission.pk])

    assert as_mallory.get(address).status_code == 404
    assert as_ben.get(address).status_code == 404


def test_it_asks_as_often_however_much_has_happened(
    as_ada, commission, shop, bens_link, django_assert_num_queries
):
    as_ada.get(url(commission))
    with CaptureQueriesContext(connection) as before:
        as_ada.get(url(commission))
    clicks = [click_on(bens_link, YESTERDAY) for _ in range(5)]
    order(shop, click_ids=clicks, event_id="again", updated_at=YESTERDAY + timedelta(hours=1))
    for n in range(5):
        shop.refund(amount_minor=1_000, event_id=f"r{n}", at=YESTERDAY)
        evaluate_due()
    assert commission.revisions.count() == 7

    with django_assert_num_queries(len(before)):
        as_ada.get(url(commission))
    assert len(before) < 40
