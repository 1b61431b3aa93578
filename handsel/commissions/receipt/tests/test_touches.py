"""Who was involved, where several share the credit, and who would be next."""

from datetime import timedelta
from typing import Any

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.receipt import receipt
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import AttributionTerms, Hold, Percent, Terms
from handsel.rows.scope import seen_by

pytestmark = pytest.mark.django_db


def read(commission, member):
    return receipt(commission, member)


@pytest.fixture
def terms(request):
    model: Any = getattr(request, "param", "last_click")
    return Terms(
        currency="EUR",
        attribution=AttributionTerms(model=model),
        pay=(Percent(rate_ppm=100_000),),
        hold=Hold(days=14),
    )


@pytest.fixture
def sold(shop, bens, cleos):
    """Cleo's click of eight days before, Ben's of six: 10 % of 100.00."""
    shop.order(
        click_ids=[
            click_on(cleos.links.get(), NOON - timedelta(days=8)),
            click_on(bens.links.get(), NOON - timedelta(days=6)),
        ]
    )
    evaluate_due()
    return Commission.objects.get(partnership=bens)


def as_partner(commission, member):
    with seen_by([member.organization_id]):
        return read(Commission.objects.visible_to(member).get(pk=commission.pk), member)


def test_the_runner_up_is_named_to_the_brand_and_veiled_to_the_partner(sold, ada, ben):
    ours, theirs = read(sold, ada).runner_up, as_partner(sold, ben).runner_up

    assert (ours.partner_name, ours.verdict) == ("Cleo's Coupons", "earlier_than_last")
    assert (theirs.kind, theirs.at, theirs.before_order) == (
        "click",
        ours.at,
        timedelta(days=8),
    )
    assert (theirs.partner_name, theirs.link_slug, theirs.click_id) == ("", "", "")
    assert not read(sold, ada).credited.is_runner_up


@pytest.mark.parametrize("terms", ["linear"], indirect=True)
def test_all_who_share_are_there_and_ones_own_is_the_credited_one(sold, ada, ben):
    for shown in (read(sold, ada), as_partner(sold, ben)):
        assert [(touch.is_own, touch.weight, touch.weights) for touch in shown.sharing] == [
            (False, 1, 2),
            (True, 1, 2),
        ]
        assert shown.credited.is_own
        assert shown.runner_up is None
        assert shown.amount_minor == 500


def test_of_what_went_to_another_nothing_is_ones_own_credit(sold, shop, cleos, ada):
    later = click_on(cleos.links.get(), NOON - timedelta(minutes=2))
    shop.order(click_ids=[later], trust="postback", source="postback")
    evaluate_due()
    shown = read(Commission.objects.get(pk=sold.pk), ada)

    assert shown.credited is None
    assert [touch.partner_name for touch in shown.sharing] == ["Cleo's Coupons"]


def test_what_is_nobodys_is_no_partner(sold, shop, bens, cleos, ada, ben):
    forged = "A" * 32
    shop.order("L-2", click_ids=[click_on(bens.links.get()), forged])
    evaluate_due()
    mine = Commission.objects.get(conversion__order_reference="L-2")

    for shown in (read(mine, ada), as_partner(mine, ben)):
        assert len(shown.touches) == 2
        assert shown.partner_count == 1
