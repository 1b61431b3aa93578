from handsel.console.tests.reading import page_text
from handsel.payouts.payers import Payer

URL = "/console/settings/payouts/"
SAID = {
    "name": "Acme GmbH",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "",
    "town": "",
    "country": "",
}


def test_the_account_is_kept_and_its_bank_named(as_ada, program):
    assert as_ada.post(URL, SAID).status_code == 302

    assert Payer.objects.get().iban == "DE89370400440532013000"
    assert "Commerzbank" in page_text(as_ada, URL)


def test_a_wrong_number_is_told_at_its_field(as_ada, program):
    response = as_ada.post(URL, SAID | {"iban": "DE1"})

    assert "is no valid account number" in response.content.decode()
    assert response.context["form"].errors.keys() == {"iban"}
    assert not Payer.objects.exists()


def test_the_country_is_one_of_the_worlds(as_ada, program):
    as_ada.post(URL, SAID | {"town": "Köln", "country": "DE"})
    assert Payer.objects.get().country == "DE"

    response = as_ada.post(URL, SAID | {"country": "XX"})
    assert response.context["form"].errors.keys() == {"country"}


def test_finance_changes_it_and_a_manager_reads(as_mia, as_vera, program):
    assert "Save the account" not in page_text(as_mia, URL)
    assert as_mia.post(URL, SAID).status_code == 403
    assert as_vera.get(URL).status_code == 403
    assert not Payer.objects.exists()


def test_another_brand_sees_its_own(as_ada, as_mallory, program):
    as_ada.post(URL, SAID)

    assert "DE89" not in as_mallory.get(URL).content.decode()
