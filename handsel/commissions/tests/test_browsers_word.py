"""Anyone can imitate a browser: what one adds to an order that the shop has reported."""

from datetime import timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.commissions.tests.test_evaluate_due import agreed
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.tests.shop import NOON
from handsel.engine.proof import check
from handsel.engine.terms import Fixed, Hold, When
from handsel.ledger.queries import balance_minor


def browser(shop, reference="L-1", **said):
    return shop.order(reference, 99_900, source="pixel", trust="browser", event_id="px", **said)


def of_cleo(cleos):
    return click_on(cleos.links.get(), NOON - timedelta(minutes=2))


@pytest.mark.parametrize("first", ["pixel", "shop"])
@pytest.mark.parametrize("look_between", [True, False])
def test_it_steals_no_credit_from_a_click_the_shop_has_named(
    shop, bens, bens_click, cleos, first, look_between
):
    reports = [
        lambda: browser(shop, click_ids=[of_cleo(cleos)], codes=["CLEO5"]),
        lambda: shop.order(click_ids=[bens_click]),
    ]
    for report in reports if first == "pixel" else reversed(reports):
        report()
        if look_between:
            evaluate_due()
    evaluate_due()

    assert balance_minor(f"pending:{bens.pk}") == 1_000
    assert balance_minor(f"pending:{cleos.pk}") == 0
    tried = Touch.objects.filter(partnership=cleos)
    assert set(tried.values_list("verdict", flat=True)) == {"not_confirmed"}
    for commission in Commission.objects.all():
        assert check(proof_file(commission)).ok


def test_its_click_counts_where_the_shop_names_none(shop, bens, bens_click):
    browser(shop, click_ids=[bens_click])
    shop.order()
    evaluate_due()

    assert balance_minor(f"pending:{bens.pk}") == 1_000


def test_its_code_does_not(shop, bens):
    browser(shop, codes=["BEN10"])
    shop.order()
    evaluate_due()

    conversion = Conversion.objects.get()
    assert (conversion.status, conversion.reason) == ("unattributed", "not_confirmed")


def test_a_code_is_the_same_in_whatever_letters_the_shop_confirms_it(shop, bens):
    browser(shop, codes=["ben10"])
    evaluate_due()
    shop.order(codes=["BEN10"])
    evaluate_due()

    assert balance_minor(f"pending:{bens.pk}") == 1_000


def test_it_makes_no_buyer_new_and_no_goods_delivered(shop, bens, bens_click):
    bonus = Fixed(amount_minor=300, currency="EUR", when=When(customer="new"))
    agreed(bens, pay=(bonus,), hold=Hold(starts="delivery"))
    shop.order(click_ids=[bens_click])
    browser(shop, customer_is_new=True, customer={"email": "new@mail.example"})
    evaluate_due()

    commission = Commission.objects.get()
    assert (commission.amount_minor, commission.hold_until) == (0, None)
    assert Conversion.objects.get().customer is None


def test_it_makes_no_two_customers_one(shop, bens, bens_click):
    bonus = Fixed(amount_minor=300, currency="EUR", when=When(customer="new"))
    agreed(bens, pay=(bonus,))
    guest, regular = {"email": "guest@mail.example"}, {"id": "17"}
    shop.order("L-1", customer=regular, at=NOON - timedelta(days=9))
    shop.order("L-2", customer=guest, click_ids=[bens_click])
    browser(shop, reference="L-9", customer={**guest, **regular})
    evaluate_due()

    assert balance_minor(f"pending:{bens.pk}") == 300
