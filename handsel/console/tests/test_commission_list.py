from datetime import timedelta

from django.urls import reverse

from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.console import paging
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text, text_of

URL = "/console/commissions/"


def orders(shop, link, count, first=1):
    click = click_on(link, YESTERDAY - timedelta(days=1))
    for n in range(first, first + count):
        order(shop, f"L-{n}", click_ids=[click], at=YESTERDAY + timedelta(minutes=n))


def test_an_empty_list_says_what_will_come(as_ada, program):
    assert "No commissions yet" in page_text(as_ada, URL)


def test_it_adds_up_by_state(as_ada, shop, bens_link):
    orders(shop, bens_link, 3)
    approve_commission(Commission.objects.order_by("pk")[0].pk, actor=None)
    text = page_text(as_ada, URL)

    assert "1 commission €10.50 Approved" in text
    assert "2 commissions €21.00 Waiting" in text


def test_filters_narrow_it(as_ada, shop, bens_link, cleos):
    orders(shop, bens_link, 2)
    order(shop, "L-9", codes=["CLEO5"])

    assert "L-9" not in page_text(as_ada, f"{URL}?q=ben")
    assert "L-1" in page_text(as_ada, f"{URL}?q=ben")
    assert "L-1" not in page_text(as_ada, f"{URL}?q=L-9")
    assert "L-1" not in page_text(as_ada, f"{URL}?partner={cleos.pk}")
    assert "No commission matches this" in page_text(as_ada, f"{URL}?status=declined")
    tomorrow = (YESTERDAY + timedelta(days=2)).date()
    assert "No commission matches this" in page_text(as_ada, f"{URL}?since={tomorrow}")


def test_a_filter_that_makes_no_sense_is_left_out(as_ada, commission):
    assert "L-1" in page_text(
        as_ada, f"{URL}?since=soon&until=9999-12-31&status=odd&before=nonsense"
    )


def test_older_and_newer_pages_meet_without_gap_or_overlap(as_ada, shop, bens_link, monkeypatch):
    orders(shop, bens_link, 5)
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    seen, url = [], URL
    while url:
        page = as_ada.get(url).context["slice"]
        seen += [row.conversion.order_reference for row in page.rows]
        last, url = page, URL + page.older if page.older else ""

    assert seen == ["L-5", "L-4", "L-3", "L-2", "L-1"]
    back = as_ada.get(URL + last.newer).context["slice"]
    assert [row.conversion.order_reference for row in back.rows] == ["L-3", "L-2"]


def test_the_list_asks_as_often_for_one_as_for_many(
    as_ada, shop, bens_link, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    orders(shop, bens_link, 1)
    with CaptureQueriesContext(connection) as one:
        as_ada.get(URL)
    orders(shop, bens_link, 6, first=2)
    with django_assert_num_queries(len(one)):
        as_ada.get(URL)


def test_only_the_brand_sees_it(as_ada, as_mallory, commission):
    assert "L-1" not in page_text(as_mallory, URL)
    assert "L-1" in page_text(as_ada, URL)


def test_a_row_is_what_htmx_gets_too(as_ada, commission):
    page = text_of(as_ada.get(URL).content.decode())
    row = as_ada.post(
        reverse("console:commission-approval", args=[commission.pk]),
        headers={"HX-Request": "true"},
    )

    assert "L-1" in page
    assert text_of(row.content.decode()).startswith("L-1")


def test_it_can_be_narrowed_by_partner_and_amount_and_adds_up_to_what_is_shown(
    as_ada, shop, bens_link, cleos
):
    orders(shop, bens_link, 2)
    order(shop, "L-9", codes=["CLEO5"])
    shop.order("L-10", 1_000, codes=["CLEO5"], at=YESTERDAY, received_at=YESTERDAY)
    evaluate_due()
    text = page_text(as_ada, f"{URL}?partner={cleos.pk}&least=5")

    assert "1 commission €10.50 Waiting" in text
    assert "L-10" not in text
    assert "2 commissions €11.50" in page_text(as_ada, f"{URL}?partner={cleos.pk}")


def test_it_can_be_taken_along_as_it_is_shown(as_ada, as_mallory, shop, bens_link, cleos):
    orders(shop, bens_link, 2)
    order(shop, "L-9", codes=["CLEO5"])
    rows = as_ada.get(f"{URL}export.csv?q=cleo").content.decode().splitlines()

    assert len(rows) == 2
    assert rows[1].startswith(f"L-9,{YESTERDAY:%Y-%m-%dT}")
    assert ",Cleo's Coupons,125.00,0.00,10.50,EUR,pending,com_" in rows[1]
    assert len(as_mallory.get(f"{URL}export.csv").content.decode().splitlines()) == 1
