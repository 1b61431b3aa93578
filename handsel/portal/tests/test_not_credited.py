from datetime import timedelta

import pytest

from handsel.commissions.services import evaluate_due
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch
from handsel.engine.terms import AttributionTerms, digest
from handsel.links.joining import add_partner
from handsel.partnerships.models import Agreement
from handsel.partnerships.queries import terms_of

LIST = "/portal/earnings/not-credited/"
LINEAR = AttributionTerms(model="linear")


@pytest.fixture
def dans_click(program, ada, month):
    """Of a third partner, a day before the order."""
    joined = month - timedelta(days=180)
    dans = add_partner(program, name="Dan's Deals", slug="dan", actor=ada, valid_from=joined)
    return click_on(dans.links.get(), month - timedelta(days=1))


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


def test_what_is_earned_without_an_order_hides_nothing(as_ben, lost, bens, ada):
    adjust(bens, amount_minor=500, reason="For the trouble.", actor=ada)

    assert f"{LIST}{lost.pk}/" in as_ben.get(LIST).content.decode()


def test_the_runner_up_reads_that_it_was_next(as_ben, lost, shop, cleos, dans_click, month):
    assert "You were next in line" in as_ben.get(f"{LIST}{lost.pk}/").content.decode()

    clicks = [
        click_on(lost.link, month - timedelta(days=3)),
        dans_click,
        click_on(cleos.links.get(), month - timedelta(hours=1)),
    ]
    shop.order("L-3", click_ids=clicks, at=month)
    evaluate_due()
    third = Touch.objects.get(partnership=lost.partnership, conversion__order_reference="L-3")

    assert "You were next in line" not in as_ben.get(f"{LIST}{third.pk}/").content.decode()


def test_whoever_shares_the_credit_is_told_by_kind_and_time(
    as_ben, shop, bens, bens_link, cleos, dans_click, month
):
    for one in Agreement.objects.exclude(partnership=bens):
        shared = terms_of(one).model_copy(update={"attribution": LINEAR})
        one.terms, one.terms_digest = shared.model_dump(mode="json"), digest(shared)
        one.save()
    early = click_on(bens_link, month - timedelta(days=31))
    shop.order(
        "L-4",
        click_ids=[early, dans_click, click_on(cleos.links.get(), month - timedelta(hours=3))],
        at=month,
    )
    evaluate_due()
    touch = Touch.objects.get(partnership=bens)
    page = as_ben.get(f"{LIST}{touch.pk}/").content.decode()

    assert "What shares the credit instead" in page
    assert "A click on another partner’s link, 24 hours before the order." in page
    assert "A click on another partner’s link, 3 hours before the order." in page
    assert "Cleo" not in page
    assert "Dan" not in page


def test_the_brands_own_advertising_is_told_as_such(as_ben, lost, bens, cleos):
    Touch.objects.filter(partnership=cleos).update(
        kind="channel", verdict="own_channel", partnership=None, partner=None
    )
    Touch.objects.filter(pk=lost.pk).update(verdict="channel_wins")
    page = as_ben.get(f"{LIST}{lost.pk}/").content.decode()

    assert "The brand’s own advertising or mail, 2 days before the order" in page


@pytest.mark.parametrize("kind", Touch.Kind.values)
def test_every_kind_of_touch_has_words(as_ben, lost, kind, cleos):
    """Whatever a partner did, and whatever was credited instead."""
    Touch.objects.filter(partnership=cleos).update(kind=kind)
    Touch.objects.filter(pk=lost.pk).update(kind=kind)

    assert as_ben.get(f"{LIST}{lost.pk}/").status_code == 200
    assert as_ben.get(LIST).status_code == 200


def test_a_customer_who_is_bound_no_longer_names_its_days(as_ben, lost, bens):
    agreement = bens.agreements.get()
    bound = AttributionTerms(lifetime_days=90)
    terms = terms_of(agreement).model_copy(update={"attribution": bound})
    agreement.terms = terms.model_dump(mode="json")
    agreement.save()
    Touch.objects.filter(pk=lost.pk).update(kind="lifetime", verdict="lifetime_over")
    page = as_ben.get(f"{LIST}{lost.pk}/").content.decode()

    assert "after the 90 days this customer was bound" in page
