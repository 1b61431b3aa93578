from datetime import UTC, timedelta

import pytest

from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.links.joining import add_partner
from handsel.links.services import create_link
from handsel.partnerships.services import start_partnership
from handsel.programs.services import create_program

PAGE = "/portal/links/sub-ids/"
EXPORT = "/portal/links/sub-ids/export.csv"


@pytest.fixture
def clicked(bens_link, program, ada):
    """Two places of Ben's, and one of Cleo, who is nothing to him."""
    cleos = add_partner(program, name="Cleo", slug="cleo", code="CLEO", actor=ada)
    at = now().astimezone(UTC).replace(microsecond=0)
    for n, place in enumerate(("blog", "blog", "letter")):
        click_through(bens_link, at - timedelta(minutes=n), subs={"s4": place})
    click_through(cleos.links.get(), at, subs={"s4": "hers"})


def told(client, query):
    return [(row.value, row.clicks) for row in client.get(PAGE + query).context["subs"].rows]


@pytest.mark.usefixtures("clicked")
def test_a_partner_sees_what_its_own_places_brought(as_ben):
    assert told(as_ben, "?sub=4") == [("blog", 2), ("letter", 1)]
    assert told(as_ben, "") == []


@pytest.mark.usefixtures("clicked")
def test_it_takes_the_table_along(as_ben, bens_link):
    for path in (EXPORT, f"/portal/links/{bens_link.pk}/sub-ids.csv"):
        lines = as_ben.get(f"{path}?sub=4").content.decode("utf-8-sig").splitlines()

        assert [line.split(",")[0] for line in lines] == ["s4", "blog", "letter"]


def test_nobody_else_takes_a_table_of_bens_link(client, signed_in, mallory, bens_link):
    as_mallory = signed_in(client, mallory)

    assert as_mallory.get(f"/portal/links/{bens_link.pk}/sub-ids.csv").status_code == 404


def test_each_program_is_a_report_of_its_own(as_ben, bens, bens_link, acme, ada, terms):
    shop = "https://hats.example"
    other = create_program(acme, name="Hats", site_url=shop, terms=terms, actor=ada)
    again = start_partnership(other, bens.partner, actor=ada)
    link = create_link(again, url=shop, actor=ada)
    click_through(link, now().replace(microsecond=0), subs={"s1": "hat"})

    assert told(as_ben, "") == []
    assert told(as_ben, f"?of={again.pk}") == [("hat", 1)]
