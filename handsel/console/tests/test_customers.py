"""Buyers: what they ordered, and who introduced them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handsel.commissions.services import evaluate_due
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.customers.models import Customer

URL = "/console/customers/"


@pytest.fixture
def sold(shop, bens, cleos):
    """17 came by Ben and came back by Cleo; 18 came by nobody."""
    order(shop, "L-1", codes=["BEN10"], customer={"id": "17"}, at=YESTERDAY - timedelta(days=40))
    order(shop, "L-2", codes=["CLEO5"], customer={"id": "17"})
    order(shop, "L-3", customer={"id": "18"})
    shop.refund("L-2", amount_minor=2_500, at=YESTERDAY)
    evaluate_due()


def page_of(customer):
    return reverse("console:customer", args=[Customer.objects.get(shop_customer_id=customer).pk])


def test_nobody_yet_leads_to_the_tracking(as_ada, program):
    assert "Nobody has bought yet" in page_text(as_ada, URL)


def test_who_brought_the_first_order_introduced_its_buyer(as_ada, sold):
    text = page_text(as_ada, URL)

    assert "2 €225.00 Ben's Blog" in text
    assert "1 €125.00 Nobody" in text


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("q=17", ["2"]),
        ("q=L-3", ["1"]),
        ("q=1", []),
        ("bought=once", ["1"]),
        ("bought=again", ["2"]),
        (f"since={YESTERDAY.date()}", ["1"]),
        (f"until={YESTERDAY.date() - timedelta(days=30)}", ["2"]),
        ("until=9999-12-31", ["1", "2"]),
    ],
)
def test_it_can_be_narrowed(as_ada, sold, query, orders):
    rows = as_ada.get(f"{URL}?{query}").context["rows"]

    assert [str(row.orders) for row in rows] == orders


def test_it_can_be_narrowed_to_those_a_partner_introduced(as_ada, sold, bens, cleos):
    assert len(as_ada.get(f"{URL}?introduced={bens.pk}").context["rows"]) == 1
    assert len(as_ada.get(f"{URL}?introduced={cleos.pk}").context["rows"]) == 0


def test_no_list_tells_the_shops_id_or_the_hash(as_ada, shop, program):
    order(shop, "L-1", customer={"id": "8812340099"})
    order(shop, "L-2", customer={"email_hash": "ab" * 32})
    text = page_text(as_ada, URL)

    assert "8812340099" not in text
    assert "abab" not in as_ada.get(URL).content.decode()
    assert "known by a hashed e-mail address" in text


def test_a_customers_page_lists_the_orders(as_ada, sold):
    text = page_text(as_ada, page_of("17"))

    assert "L-1" in text
    assert "first order" in text
    assert "€25.00 back" in text
    assert "Introduced by Ben's Blog" in text


def test_another_brand_sees_none_of_it(as_mallory, as_ben, sold):
    assert as_mallory.get(page_of("17")).status_code == 404
    assert as_ben.get(page_of("17")).status_code == 404
    assert "Nobody has bought yet" in page_text(as_mallory, URL)


def test_a_page_of_customers_asks_as_often_for_many_as_for_one(
    as_ada, shop, bens, django_assert_max_num_queries
):
    for n in range(8):
        order(shop, f"L-{n}", codes=["BEN10"], customer={"id": str(n)})
    with django_assert_max_num_queries(26):
        as_ada.get(URL)
