from datetime import timedelta

import pytest
from django.urls import reverse

from handsel.clicks.tests.visits import click_through
from handsel.commissions.services import evaluate_due
from handsel.console import wording
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.conversions.models import Conversion
from handsel.intake.services import receive

URL = "/console/conversions/"


def url(reference="L-1"):
    return reverse(
        "console:conversion", args=[Conversion.objects.get(order_reference=reference).pk]
    )


def test_nothing_yet_leads_to_the_tracking(as_ada, program):
    assert "No orders have come yet" in page_text(as_ada, URL)


def test_an_unknown_code_is_not_called_no_code(as_ada, shop, program):
    order(shop, "L-3", codes=["NOPE"])
    text = page_text(as_ada, url("L-3"))

    assert "Its code belongs to none of your partners." in text
    assert "No click and no code" not in text


def test_nobodys_orders_are_listed_with_their_reason(as_ada, shop, commission):
    order(shop, "L-2")
    order(shop, "L-3", codes=["NOPE"])
    text = page_text(as_ada, URL)

    assert "It came with no click id and no code of a partner." in text
    assert "Its code belongs to none of your partners." in text
    assert "Ben's Blog €10.50" in text
    assert "L-1" not in page_text(as_ada, f"{URL}?status=unattributed")


def test_a_conversion_tells_what_was_told_and_touched(as_ada, shop, commission):
    shop.refund(amount_minor=2_500, at=YESTERDAY)
    evaluate_due()
    text = page_text(as_ada, url())

    assert "Refund refund:L-1" in text
    assert "−€25.00" in text
    assert "Credited: nothing that counts came after it." in text
    assert "Ben's Blog com_" in text


def test_the_journey_tells_all_of_it_in_time(as_ada, shop, program, bens_link):
    click = click_through(bens_link, YESTERDAY - timedelta(hours=2))
    basket = {"event_id": "b-1", "click_ids": [click.click_id], "page": "https://acme.example/hats"}
    receive(
        program,
        source="api",
        kind="basket_started",
        trust="store",
        body=basket,
        received_at=YESTERDAY - timedelta(hours=1),
    )
    order(shop, click_ids=[click.click_id])
    shop.refund(amount_minor=2_500, at=YESTERDAY + timedelta(hours=1))
    evaluate_due()

    journey = as_ada.get(url()).context["journey"]
    assert [one.what for one in journey] == [
        "Click",
        "Basket started",
        "Order",
        "Refund",
        "Commission",
        "Commission",
    ]
    assert journey[0].url == reverse("console:click", args=[click.click_id])
    assert [one.revision.amount_minor for one in journey[-2:]] == [1_050, 840]


def test_a_refund_without_its_order_says_what_it_waits_for(as_ada, shop):
    shop.refund("L-7", at=YESTERDAY)

    assert "its order has not" in page_text(as_ada, url("L-7"))


def test_every_reason_the_evaluation_gives_has_words():
    from handsel.commissions.judging import CODE_UNKNOWN, NO_TOUCH, REASONS
    from handsel.conversions.settled import ORDER_MISSING

    for reason in (*REASONS, CODE_UNKNOWN, NO_TOUCH, ORDER_MISSING):
        assert reason in wording.REASONS


def test_what_the_engine_refuses_is_a_reason_too():
    assert wording.reason_words("wrong_currency") == "It is in another currency than the terms."
    assert wording.reason_words("moon_phase") == "Refused: moon phase"
    assert wording.reason_words("") == ""


@pytest.mark.parametrize("who", ["as_mallory", "as_ben"])
def test_others_find_nothing(request, who, commission):
    assert request.getfixturevalue(who).get(url()).status_code == 404


def test_the_list_adds_up_and_can_be_narrowed_to_a_partners(as_ada, shop, commission, bens, cleos):
    order(shop, "L-2", codes=["CLEO5"])
    order(shop, "L-3")

    assert "2 conversions €250.00 Credited" in page_text(as_ada, URL)
    assert "1 conversion €125.00 Not credited" in page_text(as_ada, URL)
    text = page_text(as_ada, f"{URL}?partner={cleos.pk}")
    assert "L-2" in text
    assert "L-1" not in text
    assert "No conversion matches this" in page_text(as_ada, f"{URL}?least=200")


def test_it_can_be_taken_along(as_ada, as_mallory, shop, commission):
    order(shop, "L-3")
    rows = as_ada.get(f"{URL}export.csv?status=unattributed").content.decode().splitlines()

    assert len(rows) == 2
    assert rows[1].startswith("L-3,sale,")
    assert "unattributed,no_touch,con_" in rows[1]
    assert len(as_mallory.get(f"{URL}export.csv").content.decode().splitlines()) == 1
