"""Rows of clicks are forgotten by the day; what was paid for them can be explained for ever."""

import json
from datetime import timedelta

import pytest

from handsel.clicks.models import Click, ClickDay
from handsel.clicks.services import drop_partitions
from handsel.clicks.tests.visits import click_through
from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.receipt import receipt
from handsel.commissions.services import evaluate_due
from handsel.conversions.models import Touch
from handsel.conversions.tests.shop import NOON
from handsel.engine.proof import check
from handsel.ledger.keys import signing_key

CLICKED_AT = NOON - timedelta(days=2)


def forget() -> None:
    drop_partitions(days_kept=7, today=NOON.date() + timedelta(days=10))
    assert not Click.objects.exists()


@pytest.fixture
def order(shop, bens_link):
    """Of 125.00, two days after a click whose row has arrived."""
    clicked = click_through(bens_link, CLICKED_AT, country="NO")
    shop.order(paid_minor=12_500, click_ids=[clicked.click_id])
    evaluate_due()


def test_a_receipt_and_its_proof_outlive_the_click(order, ada):
    commission = Commission.objects.get()
    before = receipt(commission, ada)
    forget()

    assert receipt(commission, ada) == before
    report = check(proof_file(commission), signing_key().public_key().public_bytes_raw())
    assert all(found.ok for found in report.checks)
    assert ClickDay.objects.get().clicks == 1


def test_a_refund_after_that_is_reckoned_by_the_copied_touch(order, shop):
    forget()
    shop.refund(amount_minor=6_250)
    evaluate_due()

    assert Commission.objects.get().amount_minor == 625
    assert Touch.objects.get().country == "NO"
    assert json.loads(proof_file(Commission.objects.get()))["subject"]["amount_minor"] == 625


def test_what_a_bot_clicked_earns_nothing_when_its_row_is_gone(shop, bens_link):
    clicked = click_through(
        bens_link, CLICKED_AT, filtered_reason="bot", counts=False, may_attribute=False
    )
    shop.order(paid_minor=12_500, click_ids=[clicked.click_id])
    evaluate_due()
    forget()
    shop.refund(amount_minor=6_250)
    evaluate_due()

    assert not Commission.objects.exclude(amount_minor=0).exists()
