"""A partner's own clicks and orders: all of them, and nobody else's."""

from datetime import timedelta

import pytest

from handsel.clicks.tests.visits import click_through, show
from handsel.clock import now
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.console.tests.reading import page_text
from handsel.links.services import create_link

URL = "/portal/links/visits/"
AT = now().replace(microsecond=0) - timedelta(hours=1)


def kinds(client, query=""):
    return [one.what for one in client.get(URL + query).context["visits"]]


def test_clicks_orders_and_impressions_the_latest_first(as_ben, bens_link, sells):
    show(bens_link, AT - timedelta(minutes=2))
    click_through(bens_link, AT)
    sells("L-1", 10_000, at=AT + timedelta(minutes=1))

    assert kinds(as_ben) == ["Order", "Click", "Impression"]
    assert "€10.00" in page_text(as_ben, URL)


def test_a_click_that_does_not_count_says_why(as_ben, bens_link):
    click_through(bens_link, AT, filtered_reason="bot", counts=False, may_attribute=False)

    text = page_text(as_ben, URL)
    assert "A program that reads pages by itself" in text
    assert "Kept, not counted" in text


def test_what_was_not_credited_leads_to_its_reason(as_ben, bens_link, cleos, sells, shop):

    clicked = click_on(bens_link, AT - timedelta(hours=1))
    shop.order("L-9", 10_000, click_ids=[clicked], codes=["CLEO5"], at=AT)
    evaluate_due()

    text = page_text(as_ben, URL)
    assert "An order followed, and was not credited to you" in text
    assert "a personal code on the order comes before any click" in text
    assert "L-9" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [("?kind=orders", ["Order"]), ("?kind=clicks", ["Click"]), ("?since=2100-01-01", [])],
)
def test_the_list_is_narrowed(as_ben, bens_link, sells, query, found):
    click_through(bens_link, AT)
    sells("L-1", 10_000, at=AT)

    assert kinds(as_ben, query) == found


def test_one_link_alone(as_ben, bens_link, bens, ben):

    other = create_link(bens, slug="guide", actor=ben)
    click_through(other, AT)
    click_through(bens_link, AT)

    assert kinds(as_ben, f"?link={other.pk}") == ["Click"]


def test_nothing_tells_who_the_visitor_was(as_ben, bens_link):
    click = click_through(bens_link, AT)

    page = as_ben.get(URL).content.decode()
    for kept in (click.visitor, click.ip, click.user_agent):
        assert kept not in page


def test_another_partner_reads_none_of_it(client, bens_link, cleo, signed_in):
    click_through(bens_link, AT)

    assert kinds(signed_in(client, cleo)) == []
