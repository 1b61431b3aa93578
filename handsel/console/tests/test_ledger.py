import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.commissions.services import approve_commission, evaluate_due
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.ledger.seal import seal_new

URL = "/console/ledger/"


def test_nothing_yet(as_ada, program):
    assert "Nothing has been posted yet" in page_text(as_ada, URL)


def test_the_journal_names_accounts_as_people_do(as_ada, commission):
    approve_commission(commission.pk, actor=None)
    text = page_text(as_ada, URL)

    assert "Owed to Ben's Blog, waiting €10.50" in text
    assert "Owed to Ben's Blog, approved €10.50" in text
    assert text.index("Commission approved") < text.index("Commission counted")


def test_what_an_entry_debits_comes_first(as_ada, shop, commission):
    shop.cancel("L-1", at=YESTERDAY, received_at=YESTERDAY)
    evaluate_due()
    text = page_text(as_ada, URL)

    assert "Owed to Ben's Blog, waiting €10.50 Commission cost €10.50" in text
    assert "Commission cost €10.50 Owed to Ben's Blog, waiting €10.50" in text


def test_it_is_narrowed_by_partner_and_account(as_ada, shop, commission, cleos):
    order(shop, "L-2", codes=["CLEO5"])

    assert "Ben's" not in page_text(as_ada, f"{URL}?q=cleo")
    assert "No entry matches this" in page_text(as_ada, f"{URL}?account=cash")
    assert "Ben's" in page_text(as_ada, f"{URL}?account=commission_expense")


def test_both_sides_of_the_balances_are_the_same(as_ada, commission):
    approve_commission(commission.pk, actor=None)
    text = page_text(as_ada, f"{URL}balances/")

    assert "Both sides are the same €21.00 €21.00" in text
    assert "Owed, approved €0.00 €10.50 €10.50" in text
    assert "Commission cost €10.50 €0.00 €10.50" in text


@pytest.mark.django_db(transaction=True)
def test_the_checkpoint_shows_its_root_and_key(as_ada, commission):
    checkpoint = seal_new()
    assert checkpoint is not None
    text = page_text(as_ada, URL)

    assert bytes(checkpoint.root).hex() in text
    assert bytes(checkpoint.public_key).hex() in text


def test_the_journal_asks_as_often_for_one_entry_as_for_many(
    as_ada, shop, commission, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as one:
        as_ada.get(URL)
    for n in range(2, 7):
        order(shop, f"L-{n}", codes=["BEN10"])
    with django_assert_num_queries(len(one)):
        as_ada.get(URL)


def test_another_brand_sees_an_empty_ledger(as_mallory, commission):
    assert "Nothing has been posted yet" in page_text(as_mallory, URL)
    assert "Nothing has been posted yet" in page_text(as_mallory, f"{URL}balances/")
