"""Pages that a browser loads in case somebody goes there. It does so only while nobody watches with
developer tools, so this Chromium runs by itself."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from handsel.tracking.tests.harness import PROGRAM, Server, spooled
from handsel.tracking.tests.script.shop import RESOLVER, Shop

pytestmark = pytest.mark.browser

# Loads /next ahead, says when that page has loaded, and goes there when the gate opens.
HEAD = """<script>
addEventListener("load", () => fetch("/loaded?ahead=" + document.prerendering));
if (location.pathname == "/") {
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.text = '{"prerender": [{"urls": ["/next?ref=l3"], "eagerness": "immediate"}]}';
  document.head.append(rules);
  fetch("/gate").then(() => { location.href = "/next?ref=l3" });
}
</script>"""


@contextmanager
def unwatched_browser(url: str, folder: Path) -> Iterator[None]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    process = subprocess.Popen(
        [str(chromium), "--headless", "--no-sandbox", RESOLVER, f"--user-data-dir={folder}", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_a_page_that_is_loaded_ahead_is_no_visit_until_somebody_goes_there(
    shop: Shop, tracker: Server, tmp_path: Path
) -> None:
    links = tracker.url.replace("127.0.0.1", "go.example")
    shop.reset(f'<script src="{links}/s.js" data-program="{PROGRAM}" data-ref="ref"></script>')
    shop.head = HEAD
    with unwatched_browser(f"{shop.url}/", tmp_path):
        shop.await_page("/loaded?ahead=true")
        before = spooled(tracker.data)
        shop.gate.set()
        deadline = monotonic() + 20
        while not (clicks := spooled(tracker.data)):
            assert monotonic() < deadline
            sleep(0.01)

    assert before == []
    assert [(click["link"], click.get("fetch")) for click in clicks] == [(3, None)]
    assert len([path for _, path, _ in shop.asked if path.startswith("/next")]) == 1
