import pytest

from handsel.engine.terms import Percent, Terms
from handsel.errors import InvalidInput
from handsel.programs.services import (
    GroupNameTaken,
    create_group,
    create_program,
    leads_to,
    shop_domain,
)
from handsel.rows.scope import seen_by


def test_a_program_begins_with_one_group_on_its_terms(program, terms):
    group = program.groups.get()

    assert group.terms == terms.model_dump(mode="json")
    assert program.currency == "EUR"
    assert program.domains == ["acme.example"]


def test_two_programs_of_one_name_have_addresses_of_their_own(program, acme, ada, terms):
    other = create_program(
        acme, name=program.name, site_url=program.site_url, terms=terms, actor=ada
    )

    assert other.slug != program.slug


def test_another_brands_program_of_that_name_is_no_hindrance_though_unseen(program, mallory, terms):
    rival = mallory.organization
    with seen_by([rival.pk]):
        same = create_program(
            rival, name=program.name, site_url=rival.site_url, terms=terms, actor=mallory
        )

    assert same.slug.startswith(program.slug)
    assert same.slug != program.slug


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example\\.acme.example/",
        "https://acme.example:99999/",
        "https://ada@acme.example/",
        "https://[acme.example/",
        "https://acme.example.evil.example/",
        "javascript://acme.example/%0aalert(1)",
    ],
)
def test_what_browsers_may_read_otherwise_leads_nowhere(url):
    assert not leads_to(url, ["acme.example"])


def test_a_group_pays_in_the_programs_currency(program, ada):
    dollars = Terms(currency="USD", pay=(Percent(rate_ppm=50_000),))

    with pytest.raises(InvalidInput) as refused:
        create_group(program, name="US", terms=dollars, actor=ada)

    assert refused.value.field == "currency"
    assert program.groups.count() == 1


def test_groups_have_names_of_their_own(program, ada, terms):
    with pytest.raises(GroupNameTaken):
        create_group(program, name="Standard", terms=terms, actor=ada)


@pytest.mark.parametrize("address", ["shop.example", "ftp://shop.example", "https://", ""])
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(InvalidInput):
        shop_domain(address)
