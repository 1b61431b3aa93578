import json
from datetime import timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, evaluate_due, withhold_commission
from handsel.commissions.tests.conftest import click_on
from handsel.engine import proof


def listed(response):
    return [row.commission.conversion.order_reference for row in response.context["rows"]]


def test_the_latest_month_is_shown_first(as_ben, waiting, approved):
    response = as_ben.get("/portal/earnings/")

    assert listed(response) == ["L-1"]
    assert [(t.state, t.amount_minor) for t in response.context["totals"]] == [("pending", 1_250)]


def test_another_month(as_ben, waiting, approved):
    month = f"{approved.occurred_at:%Y-%m}"

    response = as_ben.get("/portal/earnings/", {"month": month})

    assert listed(response) == ["L-2"]
    assert f'<option value="{month}" selected>' in response.content.decode()


def test_a_sum_on_the_first_page_opens_the_orders_it_is_made_of(as_ben, waiting, sells, month):
    sells("L-3", 4_000, at=month - timedelta(days=40))
    assert as_ben.get("/portal/").context["standings"][0].pending_minor == 1_650

    response = as_ben.get("/portal/earnings/?month=all&status=pending")

    assert listed(response) == ["L-1", "L-3"]
    assert [total.amount_minor for total in response.context["totals"]] == [1_650]


@pytest.mark.parametrize("query", [{"month": "1999-01"}, {"month": "'"}, {"status": "x"}])
def test_a_filter_that_makes_no_sense_is_left_out(as_ben, waiting, query):
    assert listed(as_ben.get("/portal/earnings/", query)) == ["L-1"]


def test_states_narrow_the_list(as_ben, waiting, sells, month, ada):
    withheld = sells("L-3", 4_000, at=month)
    withhold_commission(withheld.pk, reason="Odd.", actor=ada)

    assert listed(as_ben.get("/portal/earnings/", {"status": "withheld"})) == ["L-3"]
    page = as_ben.get("/portal/earnings/", {"status": "declined"})
    assert "Nothing matches this" in page.content.decode()


def test_before_the_first_sale_there_is_one_thing_to_do(as_ben, bens):
    page = as_ben.get("/portal/earnings/").content.decode()

    assert "Nothing earned yet" in page
    assert 'href="/portal/links/"' in page


def test_the_receipt_says_what_the_brands_says(as_ben, client, waiting):
    page = as_ben.get(f"/portal/earnings/{waiting.pk}/").content.decode()

    assert "Why €12.50?" in page
    assert "One partner was involved, and is credited" in page
    assert "Owed to Ben&#x27;s Blog, waiting" in page
    assert f'href="/portal/earnings/{waiting.pk}/proof.json" download' in page
    assert "/console/" not in page


def test_another_partner_is_a_kind_and_a_time(as_ben, sells, shop, bens_link, cleos, month):
    clicks = [
        click_on(cleos.links.get(), month - timedelta(days=2)),
        click_on(bens_link, month - timedelta(days=1)),
    ]
    shop.order("L-8", click_ids=clicks, at=month)
    evaluate_due()
    commission = Commission.objects.get()

    for records in ("", "?records=1"):
        page = as_ben.get(f"/portal/earnings/{commission.pk}/{records}").content.decode()
        assert "Another partner" in page
        assert "2 days before the order" in page
        assert "Cleo" not in page
        assert clicks[0] not in page


def test_the_brands_people_act_as_the_brand(as_ben, waiting, ada):
    decline_commission(waiting.pk, reason="A test order of our own.", actor=ada)

    page = as_ben.get(f"/portal/earnings/{waiting.pk}/").content.decode()

    assert "Acme · “A test order of our own.”" in page
    assert "Ada" not in page


@pytest.mark.django_db(transaction=True)
def test_the_proof_file_checks_out(as_ben, waiting):
    response = as_ben.get(f"/portal/earnings/{waiting.pk}/proof.json")

    assert response["Content-Disposition"] == f'attachment; filename="{waiting.pk}.json"'
    assert json.loads(response.content)["format"] == "handsel-proof/1"
    assert all(check.ok for check in proof.check(response.content).checks)


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
@pytest.mark.parametrize("end", ["", "proof.json"])
def test_nobody_else_finds_it(client, who, end, waiting, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert client.get(f"/portal/earnings/{waiting.pk}/{end}").status_code == 404


def test_more_orders_ask_no_more_of_the_database(
    as_ben, sells, month, django_assert_max_num_queries
):
    for number in range(4):
        sells(f"L-{number}", 10_000, at=month)

    with django_assert_max_num_queries(23):
        assert len(listed(as_ben.get("/portal/earnings/"))) == 4
