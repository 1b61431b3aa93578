"""The click filter and what it keeps back, in a real Chromium, on a phone and wide."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.clicks.quality import REASONS
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(ada, ben, bens, bens_link, signed_in):
    """Both sides' pages as they are answered, with a click of every kind."""
    for hours, reason in enumerate(REASONS, 1):
        at = now() - timedelta(hours=hours)
        click_through(bens_link, at, filtered_reason=reason, counts=False, may_attribute=False)
    as_ada, as_ben = signed_in(Client(), ada), signed_in(Client(), ben)
    asked = {
        reverse("console:settings-clicks"): as_ada,
        reverse("console:partner-links", args=[bens.pk]): as_ada,
        reverse("portal:link", args=[bens_link.pk]): as_ben,
        reverse("portal:agreement", args=[bens.agreements.get().pk]): as_ben,
    }
    pages = {path: answer(client.get(path).content.decode()) for path, client in asked.items()}
    with serving(pages) as address:
        yield address, list(pages)


@pytest.fixture
def chromium():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_the_tab_one_is_on_is_in_view_on_a_phone(site, chromium):
    address, _paths = site
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(address + reverse("console:settings-clicks"))
    page.wait_for_function("document.querySelector('.tabs').scrollLeft > 0")

    here = page.locator(".tabs > [aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= 390
    page.close()


def test_axe_finds_nothing_and_nothing_overflows(site, chromium):
    address, paths = site
    found = {}
    for width, theme in LOOKS:
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        for number, path in enumerate(paths):
            page.goto(address + path)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found[path, width, theme] = page.evaluate(VIOLATIONS)
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                found[path, width, theme].append(f"{wider} px too wide")
            if folder := os.environ.get("HANDSEL_PICTURES"):
                page.screenshot(path=f"{folder}/{number}-{width}-{theme}.png", full_page=True)
        page.close()

    assert {where: problems for where, problems in found.items() if problems} == {}
