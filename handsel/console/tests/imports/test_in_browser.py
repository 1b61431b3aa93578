"""The import's pages in a real Chromium, narrow and wide, light and dark."""

import shutil
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.connectors.files.models import Import
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[4] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(as_ada, bens, upload, send_mapping, imported):
    """Ada's pages as they are answered: before there is anything, and at each step."""
    first = reverse("console:import", args=[imported.pk])
    pages = {"/imported": as_ada.get(first).content.decode()}
    found = upload()
    page = reverse("console:import", args=[found.pk])
    pages["/columns"] = as_ada.get(page).content.decode()
    send_mapping(found, save_as="The till", **{"words_of": "Status"})
    pages["/checked"] = as_ada.get(page).content.decode()
    pages["/list"] = as_ada.get(reverse("console:imports")).content.decode()
    Import.objects.filter(pk=found.pk).update(status="importing", position=2)
    pages["/running"] = as_ada.get(page).content.decode()
    Import.objects.filter(pk=found.pk).update(status="stopped", problem="file-unreadable")
    pages["/stopped"] = as_ada.get(page).content.decode()
    with serving({path: answer(html) for path, html in pages.items()}) as served:
        yield served, list(pages)


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_pages_fit_and_are_accessible(site, page):
    address, paths = site
    found: list[str] = []
    page.on(
        "console",
        lambda said: found.append(said.text) if "Security Policy" in said.text else None,
    )
    for path in paths:
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.goto(address + path)
            where = f"{path} at {width}, {theme}"
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{where}: wider than the screen")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found += [f"{where}: {one}" for one in page.evaluate(VIOLATIONS)]

    assert found == [], "\n".join(found)
