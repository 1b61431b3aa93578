"""The payout pages in a real Chromium, on a phone and wide, light and dark."""

import shutil
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from handsel.console.tests.payouts.many import third_batch
from handsel.payouts.models import Payout
from handsel.payouts.services import approve_batch, export_batch
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[4] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(as_ada, program, payer, shop, ada):
    """Ada's pages as they are answered, without the server behind them: a batch before it is
    approved (`/before`) and after, and one of its payouts."""
    batch = third_batch(program, shop, ada)
    address = reverse("console:batch", args=[batch.pk])
    before = as_ada.get(address).content.decode()
    look = as_ada.get(f"{address}?show=look").content.decode()
    choice = reverse("console:batch-choice", args=[batch.pk])
    none = as_ada.post(choice, {}).content.decode()
    approve_batch(batch.pk, actor=ada)
    export_batch(batch.pk, rail="sepa", actor=ada)
    payout = Payout.objects.get(batch=batch, partner__name="Knit & Kin")
    urls = {
        "list": reverse("console:payouts"),
        "preview": reverse("console:batch-preview", args=[batch.pk]),
        "after": address,
        "payout": reverse("console:payout", args=[batch.pk, payout.pk]),
        "settings": reverse("console:settings-payouts"),
    }
    pages = {f"/{name}": as_ada.get(url).content.decode() for name, url in urls.items()}
    pages |= {"/before": before, "/look": look}
    answers = {path: answer(html) for path, html in {**pages, choice: none}.items()}
    with serving(answers) as served:
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

    assert found == [], "\n".join(found)


def test_the_sum_follows_the_keyboard(site, page):
    address, _paths = site
    page.goto(address + "/before")
    decision = page.locator("#decide")
    expect(decision).to_contain_text("4 payouts chosen")
    page.get_by_label("Include Slow Trails").press("Space")

    expect(decision).to_contain_text("0 payouts chosen")
    expect(decision.get_by_role("button", name="Approve")).to_be_disabled()
