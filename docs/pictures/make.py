"""Pictures of the pages, made from a fresh installation in a real browser: `make screenshots`.

Those of the README lie beside this file; all pages in light, dark, on a phone and in a second
language go to build/pictures, to be looked at beside the design.
"""

import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.progress import track

from handsel.config.tests.newcomer import (
    Installation,
    add_partner,
    free_port,
    run_in_shell,
    set_up,
)

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "pictures"
PAGES = {
    "overview": "/console/",
    "partners": "/console/partners/",
    "new-partner": "/console/partners/new/",
    "commissions": "/console/commissions/",
    "conversions": "/console/conversions/",
    "events": "/console/events/",
    "ledger": "/console/ledger/",
    "balances": "/console/ledger/balances/",
    "terms": "/console/terms/",
    "links": "/console/links/",
    "tracking": "/console/tracking/",
    "settings": "/console/settings/",
    "members": "/console/settings/members/",
    "keys": "/console/settings/keys/",
    "letters": "/console/settings/letters/",
}
# Name, width, height, colour scheme, language.
LOOKS = [
    ("light", 1280, 900, "light", "en"),
    ("dark", 1280, 900, "dark", "en"),
    ("phone", 390, 844, "light", "en"),
    ("polish", 1280, 900, "light", "pl"),
]


def main() -> None:
    """Set an installation up, walk the newcomer's path in it, and photograph what there is."""
    folder = Path(tempfile.mkdtemp(prefix="handsel-pictures-"))
    installation = Installation(folder / "data", free_port())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            photograph(browser, installation)
    finally:
        installation.stop()
        shutil.rmtree(folder, ignore_errors=True)


def photograph(browser: Browser, installation: Installation) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    pages = PAGES | walk(context.new_page(), installation)
    state = context.storage_state()
    BUILD.mkdir(parents=True, exist_ok=True)
    for look, width, height, scheme, language in track(LOOKS, "Taking pictures"):
        seen = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            storage_state=state,
            locale=language,
        )
        page = seen.new_page()
        speak(page, installation, language)
        for name, address in pages.items():
            page.goto(installation.url + address)
            page.wait_for_timeout(300)
            page.screenshot(path=BUILD / f"{name}-{look}.png", full_page=True)
        if scheme in {"light", "dark"} and language == "en" and width > 1000:
            page.goto(installation.url + pages["receipt"])
            suffix = "" if scheme == "light" else "-dark"
            page.screenshot(path=HERE / f"receipt{suffix}.png")


def speak(page: Page, installation: Installation, language: str) -> None:
    """Choose a language as a reader does; it is kept with the person."""
    page.goto(f"{installation.url}/console/")
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").evaluate("b => b.click()")
        page.wait_for_load_state()


def walk(page: Page, installation: Installation) -> dict[str, str]:
    """The newcomer's path; the addresses of what it made."""
    set_up(page, installation.start())
    add_partner(page, installation)
    order, refund = (page.locator(f"#{kind}-example").inner_text() for kind in ("order", "refund"))
    run_in_shell(order)
    page.locator("#latest a.item").wait_for()
    partner = page.url.removesuffix("example-key/#try")
    receipt = page.locator("#latest a.item").first.get_attribute("href") or ""
    run_in_shell(refund)
    time.sleep(3)
    return {
        "partner": partner.removeprefix(installation.url).split("example-key")[0],
        "receipt": receipt,
    }


if __name__ == "__main__":
    main()
