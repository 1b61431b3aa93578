import pytest

from handsel.programs.forms import ProgramFields, WebAddress


@pytest.mark.parametrize("written", ["shop.example/sale", "https://shop.example/sale"])
def test_an_address_may_come_without_https(written):
    assert WebAddress().clean(written) == "https://shop.example/sale"


def test_what_is_no_address_is_refused_with_the_way_to_write_it():
    form = ProgramFields({"name": "Acme", "site_url": "our shop", "domains": "acme.example"})

    assert "https://shop.example" in form.errors["site_url"][0]


def test_a_browser_lets_an_address_without_https_through():
    assert 'type="text"' in str(ProgramFields()["site_url"])


@pytest.mark.parametrize(
    ("site_url", "is_allowed"),
    [
        ("https://acme.example/no", True),
        ("https://www.acme.example", True),
        ("other.example", False),
    ],
)
def test_links_lead_to_one_of_the_domains(site_url, is_allowed):
    form = ProgramFields({"name": "Acme", "site_url": site_url, "domains": "acme.example"})

    assert form.is_valid() is is_allowed
    assert ("Use an address on acme.example." in str(form.errors)) is not is_allowed
