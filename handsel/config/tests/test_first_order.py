"""Is my tracking working? A newcomer goes from nothing to a first tracked order on that one page,
with the real processes, the real script and a real Chromium. Only the shop is made up."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from handsel.config.tests.newcomer import Installation, free_port, set_up

pytestmark = pytest.mark.browser

SHOP = "https://lofthus.example/"
ORDER = '{order_reference: "1001", amount_minor: 12000, tax_minor: 2000, currency: "EUR"}'


@pytest.fixture
def installation() -> Iterator[Installation]:
    # Under /tmp, as pytest's own folders may be too deep for a Unix socket.
    folder = Path(tempfile.mkdtemp(prefix="handsel-try-"))
    made = Installation(folder / "data", free_port())
    yield made
    if made.process.poll() is None:
        made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            # The shop is on the internet and tracking on this machine: that is the test's doing.
            args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"],
        )
        # By its own name it is a program that reads pages by itself, and no visitor.
        named = browser.new_page().evaluate("navigator.userAgent")
        opened = browser.new_page(user_agent=named.replace("Headless", ""))
        opened.set_default_timeout(20_000)
        yield opened
        browser.close()


def step(page: Page, number: int, state: str) -> Locator:
    """The step of this number, once it is in this state."""
    found = page.locator(f"#try-steps li[data-state={state}]", has_text=f"{number}. ")
    expect(found.first).to_be_visible(timeout=10_000)
    return found


def test_from_nothing_to_a_first_tracked_order(installation, page):
    set_up(page, installation.start())
    page.goto(f"{installation.url}/console/tracking/")
    expect(page.get_by_text("There is no link to try yet.")).to_be_visible()
    page.get_by_role("button", name="Make a link to try").click()

    # The shop has the two lines that the page offers for copying.
    script = page.locator("#script-example").inner_text()
    html = f"<!doctype html><title>Wool</title><h1>Wool</h1>{script}"
    page.context.route(
        SHOP + "**", lambda route: route.fulfill(body=html, content_type="text/html")
    )

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open it").click()
    shop = opened.value
    shop.wait_for_url(re.compile("hs_click="))
    expect(step(page, 2, "done")).to_contain_text("Computer")

    shop.evaluate("handsel('consent', true)")
    shop.evaluate("handsel('basket_started')")
    step(page, 3, "done")
    step(page, 4, "done")

    # Another page of the shop, without the id in its address: consent let the script keep it.
    shop.goto(SHOP + "thanks")
    shop.evaluate(f"handsel('conversion', {ORDER})")
    expect(step(page, 5, "done")).to_contain_text("1001")
    expect(step(page, 6, "done")).to_contain_text("Only a browser has told of this order")

    page.locator("#to-receipt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why €6.00?")

    # And all of it stands in the log, the latest first.
    page.goto(f"{installation.url}/console/events/")
    expect(page.locator("#log tbody tr th a")).to_have_text(["Order", "Basket started", "Click"])
