"""Pictures of the pages, made from a demo in a real browser: `make screenshots`.

Those of the README lie beside this file. All pages in light, dark, on a phone and in a second
language go to build/pictures, to be looked at beside the design.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.progress import track

from handsel.config.tests.newcomer import Installation, free_port
from handsel.demo.signins import password_of

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "pictures"
BRAND, FINANCE, PARTNER = (
    "sigrid@marigold.example",
    "jon@marigold.example",
    "maren@paperlantern.example",
)

# Name of the picture, then the address, or the links to follow from there.
Places = dict[str, tuple[str, ...]]
CONSOLE: Places = {
    "overview": ("/console/",),
    "partners": ("/console/partners/",),
    "partner": ("/console/partners/?q=Paper+Lantern", "main tbody a[href*='/par_']"),
    "applications": ("/console/applications/",),
    "application": ("/console/applications/", "main a[href*='/app_']"),
    "commissions": ("/console/commissions/",),
    "receipt": ("/console/commissions/?status=approved", "main tbody a[href*='/com_']"),
    "questions": ("/console/questions/",),
    "question": ("/console/questions/", "main a[href*='/que_']"),
    "conversions": ("/console/conversions/",),
    "customers": ("/console/customers/",),
    "events": ("/console/events/",),
    "ledger": ("/console/ledger/",),
    "balances": ("/console/ledger/balances/",),
    "terms": ("/console/terms/",),
    "links": ("/console/links/",),
    "tracking": ("/console/tracking/",),
    "settings": ("/console/settings/",),
    "settings-page": ("/console/settings/page/",),
    "settings-payouts": ("/console/settings/payouts/",),
    "members": ("/console/settings/members/",),
    "letters": ("/console/settings/letters/",),
}
MONEY: Places = {
    "payouts": ("/console/payouts/",),
    "batch": ("/console/payouts/", "main tbody a[href*='/bat_']"),
    "payout": (
        "/console/payouts/",
        "main tbody a[href*='/bat_']",
        "main tbody a[href*='/pay_']",
    ),
}
PORTAL: Places = {
    "portal-home": ("/portal/",),
    "portal-earnings": ("/portal/earnings/",),
    "portal-receipt": ("/portal/earnings/", "main a[href*='/com_']"),
    "portal-links": ("/portal/links/",),
    "portal-payouts": ("/portal/earnings/payouts/",),
    "portal-account": ("/portal/earnings/payouts/account/",),
    "portal-statement": ("/portal/earnings/payouts/", "main a[href*='/stm_']"),
    "portal-questions": ("/portal/questions/",),
    "portal-agreements": ("/portal/agreements/",),
    "portal-activity": ("/portal/activity/",),
}
PUBLIC: Places = {
    "program-page": ("/p/marigold/",),
    "check": ("/check/",),
    "sign-in": ("/auth/login/",),
}
# Which pictures the README shows, in light and dark.
SHOWN = {"overview", "batch", "receipt", "portal-statement"}


@dataclass(frozen=True)
class Look:
    name: str
    width: int
    height: int
    scheme: str = "light"
    language: str = "en"


LOOKS = (
    Look("light", 1440, 1000),
    Look("dark", 1440, 1000, "dark"),
    Look("phone", 390, 844),
    Look("polish", 1440, 1000, language="pl"),
)


def main() -> None:
    """Load a demo, move it to the next payout, and photograph what each of its people sees."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with demo() as installation, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        propose(browser, installation)
        for look in track(LOOKS, "Taking pictures"):
            for email, places in (
                (BRAND, CONSOLE),
                (FINANCE, MONEY),
                (PARTNER, PORTAL),
                ("", PUBLIC),
            ):
                photograph(context(browser, installation, look, email), places, look)


@contextmanager
def demo() -> Iterator[Installation]:
    """A running demo: that of the folder in DEMO, which is left as it is found, else a new one."""
    if given := os.environ.get("DEMO"):
        installation = Installation(Path(given), free_port())
        installation.start()
        yield installation
        installation.stop()
        return
    folder = Path(tempfile.mkdtemp(prefix="handsel-pictures-"))
    installation = Installation(folder / "data", free_port())
    try:
        loaded = installation.run("demo", "load", "--data", str(installation.data))
        assert loaded.returncode == 0, loaded.stderr
        installation.start()
        yield installation
        installation.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def propose(browser: Browser, installation: Installation) -> None:
    """A batch to look at, where none is open."""
    page = context(browser, installation, LOOKS[0], FINANCE).new_page()
    page.goto("/console/payouts/")
    button = page.get_by_role("button", name="Propose the batch")
    if button.count():
        button.click()
        page.wait_for_load_state()


def context(browser: Browser, at: Installation, look: Look, email: str) -> BrowserContext:
    """A browser of its own, signed in, that speaks the language."""
    seen = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=look.language,
        base_url=at.url,
    )
    if email:
        page = seen.new_page()
        page.goto("/auth/login/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password_of(1))
        page.locator("form button[type=submit].btn-primary").click()
        page.wait_for_load_state()
        speak(page, look.language)
        page.close()
    return seen


def speak(page: Page, language: str) -> None:
    """Choose a language as a reader does; it is kept with the person."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").first.evaluate("b => b.click()")
        page.wait_for_load_state()


def photograph(seen: BrowserContext, places: Places, look: Look) -> None:
    page = seen.new_page()
    for name, (address, *links) in places.items():
        page.goto(address)
        for link in links:
            page.goto(page.locator(link).first.get_attribute("href") or "")
        page.wait_for_timeout(400)
        page.screenshot(path=BUILD / f"{name}-{look.name}.png", full_page=True)
        if name in SHOWN and look.name in {"light", "dark"}:
            suffix = "" if look.name == "light" else "-dark"
            page.screenshot(path=HERE / f"{name}{suffix}.png")
        if name == "portal-home" and look.name == "phone":
            page.screenshot(path=HERE / "portal-home-phone.png")
    seen.close()


if __name__ == "__main__":
    main()
