"""A little shop with a real server, under several names, and a real Chromium that visits it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route

from handsel.tracking.compact import compact
from handsel.tracking.script import SOURCE
from handsel.tracking.tests.harness import PROGRAM, Server, spooled

STUB = "window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}"
RESOLVER = "--host-resolver-rules=MAP *.example 127.0.0.1"
ORDER = {"order_reference": "1001", "amount_minor": 4990, "currency": "EUR"}

PAGE = """<!doctype html><title>Acme</title>{head}<script>{stub}</script>{tag}{body}"""
BODY = """
<a id="basket" href="/basket?size=4#top">Basket</a>
<a id="within" href="#top">Up</a>
<a id="sweden" href="http://shop-se.example:{port}/hats?q=a%20b">In Sweden</a>
<a id="evil" href="http://evil.example:{port}/">Elsewhere</a>
<a id="alike" href="http://evilshop-se.example:{port}/">A name alike</a>
<form id="search" action="/search"><input name="q" value="hat"><button>Search</button></form>
<form id="pay" method="post" action="http://shop-se.example:{port}/pay"><button>Pay</button></form>
"""


class Shop(ThreadingHTTPServer):
    """Every page is the same page, under every name that ends in `.example`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopPage)
        self.url = f"http://shop.example:{self.server_port}"
        self.reset("")

    def reset(self, tag: str) -> None:
        self.tag, self.head, self.stub = tag, "", STUB
        self.headers: dict[str, str] = {}
        self.gate = Event()  # /gate is answered when it is set
        self.asked: list[tuple[str, str, str]] = []  # host, path, cookies

    def await_page(self, path: str) -> None:
        """For a page that the browser loads by itself."""
        deadline = monotonic() + 20
        while not any(asked.startswith(path) for _, asked, _ in self.asked):
            assert monotonic() < deadline
            sleep(0.01)

    def ids_on_the_way(self, host: str) -> list[str]:
        """Click ids in the addresses that a host was asked for."""
        paths = [path for name, path, _ in self.asked if name == host]
        return [i for path in paths for i in parse_qs(urlsplit(path).query).get("hs_click", [])]


class ShopPage(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        shop = self.server
        host = self.headers["host"].partition(":")[0]
        if self.path != "/favicon.ico":
            shop.asked.append((host, self.path, self.headers.get("cookie", "")))
        if self.path == "/gate":
            shop.gate.wait(20)
        page = PAGE.format(
            head=shop.head,
            stub=shop.stub,
            tag=shop.tag,
            body=BODY.format(port=shop.server_port),
        )
        self.send_response(200)
        self.send_header("content-type", "text/html")
        for name, value in shop.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Quiet."""


class World:
    """A visitor's browser, the shop, and what the tracking host has put on its disk since the
    test began."""

    def __init__(self, shop: Shop, tracker: Server, browser: Browser) -> None:
        self.shop = shop
        self.tracker = tracker
        self.links = tracker.url.replace("127.0.0.1", "go.example")
        self.context: BrowserContext = browser.new_context()
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.script = compact(SOURCE.read_text())
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._events_before = len(spooled(tracker.data, "event"))
        self._clicks_before = len(spooled(tracker.data))
        self.install()

    def install(self, head: str = "", **attributes: str) -> None:
        """Put the script on the shop's pages, with `data-` attributes."""
        told = {"program": PROGRAM, **attributes}
        data = " ".join(f'data-{name}="{value}"' for name, value in told.items())
        self.shop.reset(f'<script async src="{self.links}/s.js" {data}></script>')
        self.shop.head = head

    def sabotage(self, *replaced: tuple[str, str]) -> None:
        """A control: the script with something left out."""
        source = SOURCE.read_text()
        for old, new in replaced:
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        self.script = script = compact(source)

        def answer(route: Route) -> None:
            route.fulfill(body=script, content_type="text/javascript")

        self.context.route("**/s.js*", answer)

    def visit(self, url: str) -> None:
        """Open an address of the shop (or of a link), and wait for the script."""
        self.page.goto(url if url.startswith("http") else self.shop.url + url)
        self.page.wait_for_function("window.handsel && window.handsel.loaded")

    def click_through(self, slug: str = "l1") -> str:
        """Follow a link to the shop; the click id that it was given."""
        self.visit(f"{self.links}/{slug}")
        return ids_in(self.page.url)[-1]

    def call(self, kind: str, value: object = None) -> None:
        self.page.evaluate("([kind, value]) => { handsel(kind, value) }", [kind, value])

    def order(self, **fields: object) -> dict[str, Any]:
        """The order that a call on the page puts on the tracking host's disk."""
        with self.told():
            self.call("conversion", {**ORDER, **fields})
        return self.events("conversion")[-1]

    @contextmanager
    def told(self, path: str = "/e") -> Iterator[None]:
        """Something is said to the tracking host meanwhile, and answered."""

        def is_it(response: Response) -> bool:
            return urlsplit(response.url).path == path and response.request.method == "POST"

        with self.page.expect_response(is_it) as answer:
            yield
        assert answer.value.status in (200, 202)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        found = spooled(self.tracker.data, "event")[self._events_before :]
        events = [orjson.loads(event["raw"]) for event in found]
        return [event for event in events if kind in ("", event["kind"])]

    def await_events(self, number: int) -> None:
        """For what is said by a page that has been left."""
        deadline = monotonic() + 10
        while len(self.events()) < number:
            assert monotonic() < deadline
            self.page.evaluate("new Promise(requestAnimationFrame)")

    def clicks(self) -> list[dict[str, Any]]:
        return spooled(self.tracker.data)[self._clicks_before :]

    def cookie(self) -> str | None:
        """What the shop's own cookie holds."""
        kept = self.context.cookies(self.shop.url)
        return next((c["value"] for c in kept if c["name"] == "handsel_clicks"), None)

    def stored(self) -> list[Any]:
        """Everything that a page can keep in this browser."""
        of_page = self.page.evaluate("[document.cookie, sessionStorage.length]")
        return [*of_page, self.context.storage_state(indexed_db=True)]


NOTHING = ["", 0, {"cookies": [], "origins": []}]


def ids_in(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("hs_click", [])


def links_to(shop: Shop) -> dict[str, Any]:
    domains = [f"shop.example:{shop.server_port}", f"shop-se.example:{shop.server_port}"]
    return {"url": f"{shop.url}/start?a=b#top", "domains": domains}
