import doctest

import pytest
from django.core.exceptions import ValidationError

from handsel.programs import suffixes
from handsel.programs.forms import DomainsField, ProgramFields, WebAddress


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


@pytest.mark.parametrize("domain", ["co.uk", "myshopify.com", "github.io:443"])
def test_a_domain_that_belongs_to_nobody_is_refused(domain: str) -> None:
    """Below it anybody may have a page, and links would lead there."""
    with pytest.raises(ValidationError, match="belongs to nobody"):
        DomainsField().clean(f"shop.example, {domain}")


def test_a_shop_at_a_host_of_shops_is_a_domain() -> None:
    said = "acme.myshopify.com, acme.co.uk, localhost:8000"

    assert DomainsField().clean(said) == said.split(", ")


def test_the_examples_of_suffixes_are_right() -> None:
    assert doctest.testmod(suffixes).failed == 0
