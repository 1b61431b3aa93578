import pytest
from django.urls import reverse

from handsel.console.tests.reading import page_text

URL = "/console/search/"


@pytest.mark.parametrize("q", ["ben's", "BEN10", "ben"])
def test_a_partner_is_found_by_name_code_and_link(as_ada, bens, q):
    assert "Ben's Blog" in page_text(as_ada, f"{URL}?q={q}")


def test_an_order_is_found_with_its_commission(as_ada, commission):
    text = page_text(as_ada, f"{URL}?q=l-1")

    assert "€10.50" in text
    assert "€125.00" in text


@pytest.mark.parametrize("q", ["10.50", "€10,50", "10.5"])
def test_a_commission_is_found_by_its_amount(as_ada, commission, q):
    assert "L-1" in page_text(as_ada, f"{URL}?q={q}")


@pytest.mark.parametrize("q", ["10.51", "1050", "10.500", "10"])
def test_another_amount_is_not(as_ada, commission, q):
    assert "Nothing is called" in page_text(as_ada, f"{URL}?q={q}")


def test_an_id_leads_straight_to_its_page(as_ada, commission):
    response = as_ada.get(URL, {"q": commission.pk})

    assert response["Location"] == reverse("console:commission", args=[commission.pk])


def test_what_is_not_there_is_repeated_safely(as_ada, program):
    assert "Nothing is called “<b>x</b>”" in page_text(as_ada, f"{URL}?q=<b>x</b>")


def test_an_empty_search_asks(as_ada, program):
    assert "anything by its id" in page_text(as_ada, URL)


def test_another_brand_finds_nothing(as_mallory, commission):
    assert "Nothing is called" in page_text(as_mallory, f"{URL}?q=L-1")
    assert "Nothing is called" in page_text(as_mallory, f"{URL}?q={commission.pk}")
