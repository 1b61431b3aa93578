import csv
import os
import shutil
from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.clicks.tests.visits import click_through, sum_up_together
from handsel.clock import now
from handsel.console.tests.test_links_in_browser import AXE, VIOLATIONS, answer
from handsel.links.joining import add_partner
from handsel.ui.tests.site import LOOKS, serving


@pytest.fixture
def as_ada(client, signed_in, ada):
    return signed_in(client, ada)


@pytest.fixture
def cleos(program, ada):
    return add_partner(program, name="Cleo", slug="cleo", code="CLEO", actor=ada)


@pytest.fixture
def clicked(bens_link, cleos):
    at = now().astimezone(UTC).replace(microsecond=0)
    for n, sub in enumerate(("story", "story", "post", "=1+1")):
        click_through(bens_link, at - timedelta(minutes=n), subs={"s1": sub, "s3": "shoes"})
    click_through(cleos.links.get(), at, subs={"s1": "story"})


def shown(client, query="", name="sub-ids"):
    report = client.get(reverse(f"console:{name}") + query).context["subs"]
    return [(row.partner_name, row.value, row.clicks) for row in report.rows]


@pytest.mark.usefixtures("clicked")
def test_each_partners_places_by_the_sub_id_that_is_asked_for(as_ada, bens):
    ben = bens.partner.name
    assert shown(as_ada)[:2] == [(ben, "story", 2), (ben, "=1+1", 1)]
    assert shown(as_ada, "?sub=3") == [(ben, "shoes", 4)]
    assert shown(as_ada, "?sub=2") == []
    assert len(shown(as_ada)) == 4


@pytest.mark.usefixtures("clicked")
def test_one_partner_alone(as_ada, cleos):
    assert shown(as_ada, f"?of={cleos.pk}") == [("Cleo", "story", 1)]


@pytest.mark.usefixtures("clicked")
@pytest.mark.parametrize("query", ["sub=0", "sub=x", "days=0", "days=9999999999", "of=par_x"])
def test_what_makes_no_sense_in_the_address_is_left_out(as_ada, query):
    assert len(shown(as_ada, f"?{query}")) == 4


@pytest.mark.usefixtures("clicked")
def test_the_report_is_a_table_to_take_along(as_ada, bens):
    sum_up_together("post")
    answered = as_ada.get(reverse("console:sub-ids-export") + f"?of={bens.pk}&sub=1")

    first, *rows = csv.reader(answered.content.decode("utf-8-sig").splitlines())
    assert first == [
        "s1", "Partner", "Partnership", "Clicks", "Orders", "Commission", "Currency",
    ]  # fmt: skip
    ben = [bens.partner.name, bens.pk]
    assert rows == [
        ["story", *ben, "2", "0", "0.00", "EUR"],
        ["'=1+1", *ben, "1", "0", "0.00", "EUR"],
        ["All other values", "", "", "1", "0", "0.00", "EUR"],
    ]
    assert 's1.csv"' in answered["Content-Disposition"]


@pytest.mark.usefixtures("clicked")
def test_a_link_shows_each_of_the_five_and_leads_to_its_table(as_ada, bens_link):
    page = as_ada.get(reverse("console:link", args=[bens_link.pk]) + "?sub=3")

    assert [row.value for row in page.context["subs"].rows] == ["shoes"]
    table = as_ada.get(reverse("console:link-sub-ids", args=[bens_link.pk]) + "?sub=3")
    assert table.content.decode("utf-8-sig").splitlines()[1].startswith("shoes,")
    assert f'href="{reverse("console:link-sub-ids", args=[bens_link.pk])}?sub=3"' in (
        page.content.decode()
    )


@pytest.mark.usefixtures("clicked")
def test_the_page_says_what_is_summed_up_together(as_ada):
    said = "Up to 1,000 different values of a day are counted one by one"
    assert said not in as_ada.get(reverse("console:sub-ids")).content.decode()
    sum_up_together("post")

    page = as_ada.get(reverse("console:sub-ids")).content.decode()
    assert said in page
    assert "All other values" in page


def test_another_brand_sees_none(client, signed_in, mallory, clicked, bens, bens_link):
    as_mallory = signed_in(client, mallory)

    assert shown(as_mallory, f"?of={bens.pk}") == []
    table = as_mallory.get(reverse("console:sub-ids-export") + f"?of={bens.pk}")
    assert len(table.content.splitlines()) == 1
    address = reverse("console:link-sub-ids", args=[bens_link.pk])
    assert as_mallory.get(address).status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("clicked")
def test_the_pages_fit_and_are_accessible(client, signed_in, ada, ben, bens_link):
    sum_up_together("post")
    places = {
        ada: ["/console/links/sub-ids/", "/console/links/sub-ids/?sub=2"],
        ben: ["/portal/links/sub-ids/", f"/portal/links/{bens_link.pk}/"],
    }
    pages = {
        path: answer(signed_in(client, member).get(path).content.decode())
        for member, paths in places.items()
        for path in paths
    }
    found: list[str] = []
    pictures = os.environ.get("HANDSEL_PICTURES", "")
    with serving(pages) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            for n, path in enumerate(pages):
                page.goto(f"{address}{path}")
                if pictures:
                    page.screenshot(path=f"{pictures}/{n}-{width}-{theme}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                found += [f"{path} at {width}: {wide} px too wide"] if wide > 0 else []
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{path} {width} {theme}: {one}" for one in page.evaluate(VIOLATIONS)]
        browser.close()
    assert found == []
