from datetime import timedelta

import pytest

from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch

LIST = "/portal/earnings/not-credited/"


@pytest.fixture
def lost(shop, bens, bens_link, cleos, month):
    """An order that Ben's click of three days before loses to Cleo's of two days before."""
    clicks = [
        click_on(bens_link, month - timedelta(days=3)),
        click_on(cleos.links.get(), month - timedelta(days=2)),
    ]
    shop.order("secret-77", 9_900, click_ids=clicks, at=month)
    evaluate_due()
    return Touch.objects.get(partnership=bens)


def test_the_list_says_why(as_ben, lost):
    page = as_ben.get(LIST).content.decode()

    assert "Not credited: another one came later, and the last counts." in page
    assert f"{LIST}{lost.pk}/" in page


def test_the_receipt_says_what_was_credited_by_kind_and_time(as_ben, lost, cleos):
    page = as_ben.get(f"{LIST}{lost.pk}/").content.decode()

    assert "3 days before the order" in page
    assert "A click on another partner’s link, 2 days before the order." in page
    assert "Cleo" not in page
    assert "secret-77" not in page
    assert "99.00" not in page


def test_a_click_that_came_too_early_names_its_days(as_ben, shop, bens_link, month):
    shop.order("L-1", click_ids=[click_on(bens_link, month - timedelta(days=31))], at=month)
    evaluate_due()
    touch = Touch.objects.get()

    page = as_ben.get(f"{LIST}{touch.pk}/").content.decode()

    assert "The order came after the 30 days this click counts for." in page
    assert "Nobody is credited" in page


def test_two_clicks_on_one_order_are_one_row(as_ben, shop, bens_link, cleos, month):
    clicks = [click_on(bens_link, month - timedelta(days=days)) for days in (5, 3)]
    shop.order("L-1", click_ids=[*clicks, click_on(cleos.links.get(), month)], at=month)
    evaluate_due()

    [(touch, _reason)] = as_ben.get(LIST).context["reasons"]

    page = as_ben.get(f"{LIST}{touch.pk}/")
    assert touch.touched_at == month - timedelta(days=3)
    assert len(page.context["explained"].touches) == 2


def test_an_order_that_earns_after_all_is_not_here(as_ben, shop, bens_link, month):
    """The earlier of two own clicks is not credited, and nothing was missed."""
    clicks = [click_on(bens_link, month - timedelta(days=days)) for days in (5, 3)]
    shop.order("L-1", click_ids=clicks, at=month)
    evaluate_due()

    assert Touch.objects.filter(verdict="earlier_than_last").exists()
    assert "Nothing was missed" in as_ben.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_else_finds_it(client, who, lost, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert client.get(f"{LIST}{lost.pk}/").status_code == 404
    assert lost.pk not in client.get(LIST).content.decode()


def test_the_credited_partner_has_no_such_receipt(client, lost, cleo, signed_in):
    own = Touch.objects.get(partner=cleo.organization)

    assert signed_in(client, cleo).get(f"{LIST}{own.pk}/").status_code == 404
