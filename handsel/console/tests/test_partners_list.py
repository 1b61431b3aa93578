"""Partners as a table: what they brought, sorted, narrowed, added up, taken along."""

import re
from datetime import timedelta

import pytest

from handsel.console.roster import COLUMNS
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.partnerships.services import pause_partnership

URL = "/console/partners/"


@pytest.fixture
def sold(shop, bens, cleos):
    """Ben sold twice a year ago, Cleo once yesterday."""
    order(shop, "L-1", codes=["BEN10"], at=YESTERDAY - timedelta(days=300))
    order(shop, "L-2", codes=["BEN10"], at=YESTERDAY - timedelta(days=301))
    order(shop, "L-3", codes=["CLEO5"], customer={"id": "7"})


def names(text):
    return re.findall(r"Ben's Blog|Cleo's Coupons", text.partition(" State ")[2])


def test_it_is_in_the_order_of_names_until_told_otherwise(as_ada, sold):
    ben, cleo = "Ben's Blog", "Cleo's Coupons"

    assert names(page_text(as_ada, URL))[-2:] == [ben, cleo]
    assert names(page_text(as_ada, f"{URL}?sort=-name"))[-2:] == [cleo, ben]
    assert names(page_text(as_ada, f"{URL}?sort=orders"))[-2:] == [ben, cleo]
    assert names(page_text(as_ada, f"{URL}?sort=sale"))[-2:] == [cleo, ben]
    assert names(page_text(as_ada, f"{URL}?sort=nonsense"))[-2:] == [ben, cleo]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_head_sorts_and_turns_round_and_keeps_what_is_narrowed(as_ada, sold, name):
    html = as_ada.get(f"{URL}?kind=content&sort={name}").content.decode()

    assert html.count("aria-sort=") == 1
    assert f"?kind=content&amp;sort=-{name}" in html


def test_figures_are_of_the_days_that_are_asked_for(as_ada, sold):
    assert "2 partners 0 3 100.0% €375.00 €31.50" in page_text(as_ada, URL)
    assert "2 partners 0 1 100.0% €125.00 €10.50" in page_text(as_ada, f"{URL}?days=30")


def test_it_can_be_narrowed(as_ada, sold, bens, ada):
    pause_partnership(bens.pk, actor=ada)

    assert "1 partner " in page_text(as_ada, f"{URL}?status=paused")
    assert "1 partner " in page_text(as_ada, f"{URL}?q=cleo")
    assert "2 partners" in page_text(as_ada, f"{URL}?health=new&group={bens.group_id}")
    assert "No partner matches this" in page_text(as_ada, f"{URL}?health=strong")
    assert "No partner matches this" in page_text(as_ada, f"{URL}?kind=coupon")


def test_it_can_be_taken_along(as_ada, as_mallory, sold):
    rows = as_ada.get(f"{URL}export.csv?sort=revenue").content.decode().splitlines()

    assert [row.partition(",")[0] for row in rows[1:]] == ["Ben's Blog", "Cleo's Coupons"]
    assert ",0,1,1,125.00,10.50,EUR," in rows[2]
    assert len(as_mallory.get(f"{URL}export.csv").content.decode().splitlines()) == 1
