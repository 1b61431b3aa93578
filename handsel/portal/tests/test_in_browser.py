"""The portal's pages in a real Chromium, on a phone and wide, light and dark."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from handsel.commissions.services import decline_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch
from handsel.links.services import create_link
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


@pytest.fixture
def busy(waiting, approved, sells, shop, month, bens, bens_link, cleos, clicked, ada):
    """Every kind of row: waiting, approved, declined, sent back, by code, and not credited."""
    guide = create_link(bens, slug="ben-guide", name="Wool care guide", actor=ada)
    sells("L-3", 4_000, at=month, link=guide)
    declined = sells("L-4", 3_000, at=month)
    decline_commission(declined.pk, reason="A test order of our own.", actor=ada)
    sells("L-5", 6_000, at=month)
    shop.cancel("L-5", at=month)
    shop.order("L-6", 20_000, codes=["BEN10"], at=month)
    clicks = [click_on(bens_link, month), click_on(cleos.links.get(), month)]
    shop.order("L-7", 9_000, click_ids=clicks, codes=["CLEO5"], at=month.replace(minute=5))
    evaluate_due()


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(as_ben, busy, bens, bens_link, waiting, ben, ada, signed_in):
    """Ben's pages as they are answered, without the server behind them."""
    touch = Touch.objects.get(partnership=bens, verdict="code_wins")
    paths = (
        "/portal/",
        f"/portal/agreements/{bens.agreements.get().pk}/",
        "/portal/earnings/",
        f"/portal/earnings/{waiting.pk}/",
        "/portal/earnings/not-credited/",
        f"/portal/earnings/not-credited/{touch.pk}/",
        "/portal/links/",
        f"/portal/links/{bens_link.pk}/",
        "/portal/agreements/",
        "/portal/activity/",
        "/portal/you/",
    )
    pages = {path: as_ben.get(path).content.decode() for path in paths}
    pages["/made/"] = as_ben.get("/portal/links/", {"made": bens_link.pk}).content.decode()
    signed_in(as_ben, ada).post(f"/console/partners/{bens.pk}/view/")
    pages["/viewing/"] = as_ben.get("/portal/").content.decode()
    with serving({path: answer(html) for path, html in pages.items()}) as address:
        yield address, list(pages)


def test_pages_fit_and_are_accessible(site):
    assert faults_of(*site) == []


def faults_of(address: str, paths: list[str]) -> list[str]:
    """What a phone and a wide screen, axe and the policy have against these pages."""
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
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
        browser.close()
    return found
