"""What if? On receipts: what is supposed, what comes out, and who may suppose what."""

from datetime import timedelta

import pytest

from handsel.commissions.models import Commission, Revision
from handsel.commissions.receipt import Asked, OtherTerms, receipt, what_ifs_of
from handsel.commissions.receipt.other_terms import other_terms
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import Fixed, Hold, Percent, Terms, When
from handsel.ledger.models import Entry
from handsel.partnerships.versions import next_version

pytestmark = pytest.mark.django_db

NEW = When(customer="new")
SWEDES = When(countries=("SE",))


@pytest.fixture
def terms():
    """10 %, 20 % for Sweden, and 3.00 for a new customer."""
    return Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=100_000),
            Percent(rate_ppm=200_000, when=SWEDES),
            Fixed(amount_minor=300, currency="EUR", when=NEW),
        ),
        hold=Hold(days=14),
    )


@pytest.fixture
def sold(shop, bens):
    """Ben's code, and a click of the last day that counts: 125.00 in two articles."""
    shop.order(
        "L-1",
        lines=[
            {"line_id": "1", "sku": "hat", "name": "Lambswool beanie", "gross_minor": 10_000},
            {"line_id": "2", "sku": "sock", "gross_minor": 2_500},
        ],
        codes=["BEN10"],
        click_ids=[click_on(bens.links.get(), NOON - timedelta(days=30))],
        customer_is_new=True,
    )
    evaluate_due()
    return Commission.objects.get()


def supposed(commission, member, **asked):
    found = what_ifs_of(receipt(commission, member), Asked(**asked))
    return {one.code: one for one in found}


def test_every_question_is_answered_by_the_engine(sold, ada):
    found = what_ifs_of(receipt(sold, ada), Asked(country="SE"))

    assert [(one.code, one.amount_minor, one.difference_minor) for one in found] == [
        ("without_code", 1_550, 0),
        ("customer_returning", 1_250, -300),
        ("sent_back", 550, -1_000),
        ("sent_back", 1_300, -250),
        ("later", 1_550, 0),
        ("country", 2_800, 1_250),
    ]


def test_the_winning_click_is_missed(shop, bens, ada):
    shop.order(click_ids=[click_on(bens.links.get())])
    evaluate_due()
    without = supposed(Commission.objects.get(), ada)["without_click"]

    assert (without.amount_minor, without.difference_minor) == (0, -1_000)
    assert without.steps[-1].params["reason"] == "no_eligible_touch"


def test_a_day_later_the_click_counts_no_longer(shop, bens, ada):
    shop.order(click_ids=[click_on(bens.links.get(), NOON - timedelta(days=30))])
    evaluate_due()

    assert supposed(Commission.objects.get(), ada)["later"].amount_minor == 0


def test_an_article_is_called_as_the_shop_calls_it(sold, ada):
    found = what_ifs_of(receipt(sold, ada), Asked())

    assert [one.params["name"] for one in found if one.code == "sent_back"] == [
        "Lambswool beanie",
        "sock",
    ]


def test_both_sides_may_suppose_the_other_versions(sold, bens, ada, ben, terms):
    better = terms.model_copy(update={"pay": (Percent(rate_ppm=150_000),)})
    next_version(bens.agreements.get(), better, valid_from=NOON + timedelta(days=30))
    for member in (ada, ben):
        [version] = other_terms(sold, member)
        under = supposed(sold, member, terms=[version])["under_version"]

        assert (under.params, under.amount_minor) == ({"number": 2}, 1_875)


def test_the_same_terms_are_no_other_terms(sold, bens, ada, terms):
    next_version(bens.agreements.get(), terms, valid_from=NOON + timedelta(days=30))

    assert other_terms(sold, ada) == ()


def test_terms_in_another_currency_say_why_nothing_comes_out(sold, ada):
    kroner = Terms(currency="NOK", pay=(Percent(rate_ppm=100_000),))
    under = supposed(sold, ada, terms=[OtherTerms("draft", {}, kroner)])["under_draft"]

    assert under.amount_minor is None
    assert under.refusal.code == "wrong-currency"


def test_to_suppose_changes_nothing(sold, ada):
    before = Revision.objects.count(), Entry.objects.count()
    supposed(sold, ada, country="SE")
    sold.refresh_from_db()

    assert (Revision.objects.count(), Entry.objects.count()) == before
    assert sold.amount_minor == 1_550


def test_of_what_was_cancelled_only_credit_and_terms_are_supposed(sold, shop, ada):
    shop.cancel("L-1")
    evaluate_due()
    sold.refresh_from_db()

    assert set(supposed(sold, ada)) == {"without_code"}
