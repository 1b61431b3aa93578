"""The script in a real browser, on the pages of a little shop with an address of its own."""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.async_api import Page, Response, async_playwright

from handsel.tracking.tests.harness import (
    PROGRAM,
    Server,
    change,
    click_id_of,
    plant_links,
    serving,
    spooled,
)

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PAGE = """<!doctype html><title>Acme</title>
<script>window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}</script>
<script>handsel("basket_started", {early: true})</script>
<script async src="%s/s.js" data-program="%s"></script>
<a href="/basket">Basket</a>"""


class Shop(ThreadingHTTPServer):
    """Every page is the same page. Its address is another host than the tracker's."""

    tracker = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopPage)
        self.url = f"http://localhost:{self.server_port}"


class ShopPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = (PAGE % (Shop.tracker, PROGRAM)).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def tracker(tmp_path: Path, shop: Shop) -> Iterator[Server]:
    plant_links(tmp_path, [change(n, f"l{n}", url=f"{shop.url}/start?a=b#top") for n in range(15)])
    with serving(tmp_path) as server:
        Shop.tracker = server.url
        yield server


@asynccontextmanager
async def browsing() -> AsyncIterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield await browser.new_page()
        await browser.close()


async def visit(page: Page, url: str) -> str | None:
    """Open an address, wait for the script, and say which click id the shop was given."""
    await page.goto(url)
    await page.wait_for_function("window.handsel && !window.handsel.q")
    return click_id_of(page.url)


async def sent(page: Page, tracker: Server, call: str) -> dict[str, Any]:
    """The conversion that a call on the page puts on the tracker's disk."""

    def is_conversion(response: Response) -> bool:
        return '"conversion"' in (response.request.post_data or "")

    async with page.expect_response(is_conversion) as answer:
        await page.evaluate(call)
    assert (await answer.value).status == 202
    events = [json.loads(event["raw"]) for event in spooled(tracker.data, "event")]
    [conversion] = [event for event in events if event["kind"] == "conversion"]
    return dict(conversion)


ORDER = 'handsel("conversion", {order_reference: "1001", amount_minor: 4990, currency: "EUR"})'


async def test_an_order_carries_the_click_that_led_to_it(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        click_id = await visit(page, f"{tracker.url}/l1")
        order = await sent(page, tracker, ORDER)

    assert order.pop("event_id")
    assert order == {
        "kind": "conversion",
        "program": PROGRAM,
        "order_reference": "1001",
        "amount_minor": 4990,
        "currency": "EUR",
        "clicks": [click_id],
        "consent": False,
        "page": f"{shop.url}/start",
    }


async def test_without_consent_the_browser_keeps_nothing(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        await visit(page, f"{tracker.url}/l1")
        storage = await page.evaluate(
            "[document.cookie, localStorage.length, sessionStorage.length]"
        )
        await visit(page, f"{shop.url}/basket")
        order = await sent(page, tracker, ORDER)

    assert storage == ["", 0, 0]
    assert order["clicks"] == []


async def test_with_consent_the_click_stays_from_page_to_page(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        click_id = await visit(page, f"{tracker.url}/l1")
        await page.evaluate('handsel("consent", true)')
        await visit(page, f"{shop.url}/basket")
        order = await sent(page, tracker, ORDER)
        [cookie] = await page.context.cookies(shop.url)

    assert order["clicks"] == [click_id]
    assert order["consent"] is True
    assert (cookie["value"], cookie["sameSite"]) == (click_id, "Lax")


async def test_consent_that_is_withdrawn_empties_the_browser(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        await visit(page, f"{tracker.url}/l1")
        await page.evaluate('handsel("consent", true)')
        await page.evaluate('handsel("consent", false)')

        assert await page.context.cookies(shop.url) == []


async def test_the_last_ten_clicks_are_kept_the_newest_last(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        await visit(page, f"{tracker.url}/l0")
        await page.evaluate('handsel("consent", true)')
        clicks = [await visit(page, f"{tracker.url}/l{n}") for n in range(1, 13)]
        order = await sent(page, tracker, ORDER)

    assert order["clicks"] == clicks[-10:]


async def test_calls_made_before_the_script_arrived_are_sent(shop: Shop, tracker: Server) -> None:
    async with browsing() as page, page.expect_response(f"{tracker.url}/e"):
        click_id = await visit(page, f"{tracker.url}/l1")

    event = json.loads(spooled(tracker.data, "event")[0]["raw"])
    assert (event["kind"], event["early"]) == ("basket_started", True)
    assert event["clicks"] == [click_id]


async def test_an_address_that_changes_without_a_reload_is_read(
    shop: Shop, tracker: Server
) -> None:
    async with browsing() as page:
        await visit(page, f"{shop.url}/")
        await page.evaluate(f'history.pushState({{}}, "", "/next?hs_click={"x" * 32}")')
        order = await sent(page, tracker, ORDER)

    assert order["clicks"] == ["x" * 32]


async def test_only_what_looks_like_an_id_is_taken(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        await visit(page, f"{shop.url}/?hs_click=x;domain=evil&hs_click=%3Cscript%3E")
        order = await sent(page, tracker, ORDER)

    assert order["clicks"] == []


async def test_a_shop_may_keep_the_ids_itself(shop: Shop, tracker: Server) -> None:
    async with browsing() as page:
        click_id = await visit(page, f"{tracker.url}/l1")
        ids = await page.evaluate('new Promise(done => handsel("clicks", done))')

    assert ids == [click_id]
