import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission
from handsel.console import paging
from handsel.console.tests.conftest import LONG_AGO, order
from handsel.console.tests.reading import page_text, text_of
from handsel.ledger.queries import balance_minor
from handsel.links.joining import add_partner
from handsel.payouts.models import Payout
from handsel.payouts.services import (
    approve_batch,
    discard_batch,
    mark_batch_paid,
    propose_batch,
    set_payee,
)


def url(batch, what=""):
    return reverse(f"console:batch{what}", args=[batch.pk])


def act(client, payout, what, **said):
    address = reverse(f"console:payout-{what}", args=[payout.batch_id, payout.pk])
    return client.post(address, said)


def test_the_page_says_what_is_paid_and_what_stands_out(as_ada, batch, bens_payout, cleos_payout):
    text = page_text(as_ada, url(batch))

    assert "Ben's Blog 2 commissions · NO93 •••• 7947 €21.00 none €21.00 Clear" in text
    assert "Cleo's Coupons 1 commission €10.50 none €10.50 No account" in text
    assert "Cleo's Coupons has not said where to pay" in text
    assert "Agrees with the ledger to the cent" in text
    assert "Collected today, 2 partners Checked 1 needs a look Approved not yet" in text


def test_what_needs_a_look_is_not_chosen_and_cannot_be(as_ada, batch, bens_payout, cleos_payout):
    html = as_ada.get(url(batch)).content.decode()
    ticks = {
        pk: html.split(f'value="{pk}"')[1].split(">")[0] for pk in (bens_payout.pk, cleos_payout.pk)
    }

    assert "checked" in ticks[bens_payout.pk]
    assert "disabled" in ticks[cleos_payout.pk]
    assert "€21.00 1 payout chosen. 1 can follow later." in page_text(as_ada, url(batch))


def test_the_sum_follows_the_ticks(as_ada, batch, bens_payout):
    none = as_ada.post(url(batch, "-choice"), {})
    one = as_ada.post(url(batch, "-choice"), {"payout": [bens_payout.pk]})

    assert text_of(none.content.decode()).startswith("€0.00 0 payouts chosen. 2 can follow later.")
    assert text_of(one.content.decode()).startswith("€21.00 1 payout chosen.")
    bens_payout.refresh_from_db()
    assert bens_payout.status == "proposed"


def test_approving_moves_the_money_and_leaves_the_rest(as_ada, batch, bens, bens_payout, cleos):
    response = as_ada.post(url(batch, "-approval"), {"payout": [bens_payout.pk]})

    assert response["Location"] == url(batch)
    assert balance_minor(f"in_transit:{bens.pk}") == 2_100
    assert balance_minor(f"payable:{cleos.pk}") == 1_050
    text = page_text(as_ada, url(batch))
    assert "Approved 1 of 2 Sent" in text
    assert "Make the SEPA file" in text


def test_what_waits_for_another_look_is_not_said_to_be_approved(
    as_ada, batch, bens, ben, bens_payout
):
    set_payee(bens.partner, holder_name="Ben Berg", iban="DE89370400440532013000", actor=ben)
    said = {"payout": [bens_payout.pk]}
    answer = as_ada.post(url(batch, "-approval"), said, follow=True)

    (message,) = answer.context["messages"]
    assert (message.level_tag, str(message)) == ("warning", "0 payouts approved.")


def test_approving_nothing_says_so_and_changes_nothing(as_ada, batch, bens_payout):
    assert as_ada.post(url(batch, "-approval"), {}).status_code == 422
    bens_payout.refresh_from_db()
    assert bens_payout.status == "proposed"


def test_parts_of_the_list_are_for_looking_only(as_ada, batch, bens_payout, cleos_payout):
    look, clear = (page_text(as_ada, f"{url(batch)}?show={show}") for show in ("look", "cleared"))
    table = look.split("How the total is made")[0]

    assert "Cleo's Coupons" in table
    assert "Ben's Blog" not in table
    assert "Approve" not in look.split("To pay, ")[1]
    assert "Ben's Blog" in clear


def test_sending_back_needs_a_reason_and_leaves_all_owed(as_ada, batch, bens):
    assert as_ada.post(url(batch, "-discarding"), {"reason": " "}).status_code == 422
    assert as_ada.post(url(batch, "-discarding"), {"reason": "Too early"}).status_code == 302
    assert balance_minor(f"payable:{bens.pk}") == 2_100
    batch.refresh_from_db()
    assert batch.status == "discarded"


def test_one_that_waits_is_listed_with_its_reason_and_taken_in_again(as_ada, batch, bens_payout):
    assert act(as_ada, bens_payout, "delay").status_code == 422
    act(as_ada, bens_payout, "delay", reason="We wait for your call")
    text = page_text(as_ada, url(batch))
    assert "Ben's Blog Waits for the next batch · “We wait for your call” €21.00 Take in" in text

    act(as_ada, bens_payout, "restoration")
    assert "We wait for your call" not in page_text(as_ada, url(batch))


def test_one_can_be_left_out(as_ada, batch, bens_payout):
    act(as_ada, bens_payout, "drop", reason="Not agreed")
    bens_payout.refresh_from_db()

    assert bens_payout.left_out_kind == Payout.LeftOut.DROPPED


@pytest.mark.parametrize(
    "what", ["clearing", "delay", "drop", "restoration", "payment", "failure", "return"]
)
def test_a_manager_looks_and_does_not_decide(what, as_mia, batch, bens_payout):
    assert act(as_mia, bens_payout, what, reason="x").status_code == 403
    assert "Approve 1 payout" not in page_text(as_mia, url(batch))
    assert as_mia.post(url(batch, "-approval"), {"payout": [bens_payout.pk]}).status_code == 403


@pytest.mark.parametrize("what", ["approval", "choice", "discarding", "file", "confirmation"])
def test_another_brand_finds_nothing(what, as_mallory, batch):
    assert as_mallory.post(url(batch, f"-{what}"), {"reason": "x"}).status_code == 404


def test_the_preview_shows_no_account_in_full(as_ada, batch, bens_payout):
    text = page_text(as_ada, url(batch, "-preview"))

    assert "Ben Berg Ben's Blog NO93 •••• 7947" in text
    assert "NO9386011117947" not in text


def test_who_approved_is_told_when_nothing_waits(as_ada, batch, bens_payout, cleos_payout):
    act(as_ada, cleos_payout, "delay", reason="No account yet")
    as_ada.post(url(batch, "-approval"), {"payout": [bens_payout.pk]})

    assert "Approved today, Ada" in page_text(as_ada, url(batch))


def test_the_page_asks_as_often_for_one_as_for_many(
    as_ada, batch, program, shop, ada, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as two:
        as_ada.get(url(batch))
    discard_batch(batch.pk, reason="Too early", actor=ada)
    for name in ("DAN", "EVA", "FAY"):
        add_partner(program, name=name, code=name, actor=ada, valid_from=LONG_AGO)
        order(shop, f"L-{name}", codes=[name])
    for commission in Commission.objects.filter(status=Commission.Status.PENDING):
        approve_commission(commission.pk, actor=ada)
    five = propose_batch(program, actor=ada)

    with django_assert_num_queries(len(two)):
        as_ada.get(url(five))
    assert five.payouts.count() == 5


def test_the_lines_of_a_large_payout_come_in_pages(as_ada, bens_payout, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 1)
    page = reverse("console:payout", args=[bens_payout.batch_id, bens_payout.pk])
    first = as_ada.get(page).content.decode()
    [older] = re.findall(r'href="(\?before=[^"]+)"', first)

    assert "L-2" in first
    assert "L-1" in as_ada.get(page + unescape(older)).content.decode()


def test_nothing_is_taken_into_a_batch_that_was_paid(as_ada, ada, batch, bens_payout, cleos_payout):
    act(as_ada, cleos_payout, "delay", reason="We wait for your account")
    assert "Take in" in page_text(as_ada, url(batch))

    approve_batch(batch.pk, actor=ada)
    mark_batch_paid(batch.pk, actor=ada)
    text = page_text(as_ada, url(batch))
    assert "We wait for your account" in text
    assert "Take in" not in text
