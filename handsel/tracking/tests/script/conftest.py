import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from handsel.tracking.tests.harness import Server, change, plant_links, serving
from handsel.tracking.tests.script.shop import RESOLVER, Shop, World, links_to


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    server = Shop()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory, shop: Shop) -> Iterator[Server]:
    """Tracking with links l0 to l14 to the shop, and `over`, which is disabled."""
    data: Path = tmp_path_factory.mktemp("tracking")
    fields = links_to(shop)
    links = [change(number, f"l{number}", **fields) for number in range(15)]
    plant_links(data, [*links, change(15, "over", disabled=True, **fields)])
    with serving(data) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for which every name that ends in `.example` is this machine."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", RESOLVER],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def world(shop: Shop, tracker: Server, browser: Browser) -> Iterator[World]:
    made = World(shop, tracker, browser)
    yield made
    made.context.close()
    assert made.errors == []
