"""The log and the page of the tracking in a real Chromium, on a phone and wide, light and dark."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect, sync_playwright

from handsel.clicks.services import pass_watermark
from handsel.clicks.tests.visits import click_through, show
from handsel.intake.services import receive
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)
LOG = "/console/events/"
AT = now() - timedelta(hours=1)


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.fixture
def asked():
    """The questions that pages have asked by themselves."""
    return []


@pytest.fixture
def site(as_ada, program, bens_link, asked):
    """Ada's pages as they are answered, without the server behind them."""
    click = click_through(bens_link, AT, filtered_reason="bot", counts=False)
    seen = show(bens_link, AT)
    pass_watermark("here", now(), backlog=0, shipped=0)
    empty = as_ada.get(f"{LOG}?kind=lead")
    first = as_ada.get(LOG)
    poll = {"seen": first.context["seen"], "top": str(first.context["top"])}
    body = {"order_reference": "L-1", "currency": "EUR", "amount_minor": 1_000}
    receive(program, source="api", kind="order", trust="store", body=body)
    news = as_ada.get(f"{LOG}live/", poll).content.decode()
    pages = {
        "/empty": empty.content.decode(),
        "/click": as_ada.get(reverse("console:click", args=[click.click_id])).content.decode(),
        "/shown": as_ada.get(
            reverse("console:impression", args=[seen.impression_id])
        ).content.decode(),
        "/tracking": as_ada.get(reverse("console:tracking")).content.decode(),
        LOG: first.content.decode(),
    }
    answers: dict[str, Page] = {path: answer(html) for path, html in pages.items()}

    def live(_handler):
        asked.append(1)
        return (200, news) if len(asked) == 1 else (204, "")

    answers[f"{LOG}live/"] = live
    answers[reverse("console:tracking-progress")] = lambda _handler: (204, "")
    with serving(answers) as address:
        yield address, list(pages)


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


def test_what_comes_shows_up_and_is_said_aloud(site, page):
    address, _paths = site
    page.goto(address + LOG)

    expect(page.locator("#log tbody tr")).to_have_count(3)
    expect(page.locator("#log tbody tr").first).to_contain_text("Order")
    expect(page.locator("#log-said")).to_have_text("1 new event")


def test_a_paused_list_asks_nothing(site, page, asked):
    address, _paths = site
    page.clock.install()
    page.goto(address + LOG)
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(5_000)
    assert asked == []
    expect(page.get_by_role("link", name="Refresh")).to_be_hidden()

    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(1_000)
    expect(page.locator("#log tbody tr")).to_have_count(3)


def test_the_menu_of_the_table_to_take_along_fits_a_phone(site, page):
    address, _paths = site
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(address + LOG)
    page.locator(".page-head summary").click()

    box = page.locator(".page-head .menu").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
