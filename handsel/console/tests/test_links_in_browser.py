"""The pages of links in a real Chromium, on a phone and wide, light and dark."""

import os
import shutil
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.links.changing import change_link
from handsel.links.directions import LinkChange, Rule, Scheduled, SplitWish, VariantWish
from handsel.links.services import create_link
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

SHOP = "https://acme.example"
AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


@pytest.fixture
def routed(bens_link, bens, ada):
    """Ben's link with all that a link can have, and clicks on both variants."""
    split = SplitWish(
        variants=(VariantWish(url=f"{SHOP}/wool"), VariantWish(url=f"{SHOP}/wool-b", weight=3))
    )
    change = LinkChange(
        name="Winter guide",
        rules=(
            Rule(url=f"{SHOP}/se/app", countries=("SE", "FI"), devices=("phone",)),
            Rule(url=f"{SHOP}/no", languages=("nb",)),
        ),
        schedule=(Scheduled(at=now() + timedelta(days=3), url=f"{SHOP}/sale"),),
        split=split,
        utm={"utm_source": "{partner}", "utm_content": "{sub1}"},
        subs={"s1": "guide"},
        expires_at=now() + timedelta(days=200),
    )
    link = change_link(bens_link.pk, change, actor=ada)
    at = now().astimezone(UTC).replace(microsecond=0)
    for n in range(40):
        moment = at + timedelta(seconds=1 + n)
        choice, sub = "ab"[n % 3 > 0], ("newsletter", "story")[n % 2]
        click_through(link, moment, destination_choice=choice, subs={"s1": sub})
    create_link(bens, slug="bens-sale", url=f"{SHOP}/sale", actor=ada)
    return link


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(client, signed_in, ada, routed):
    as_ada = signed_in(client, ada)
    one = reverse("console:link", args=[routed.pk])
    pages = {
        path: as_ada.get(path).content.decode()
        for path in (reverse("console:links"), one, reverse("console:link-defaults"))
    }
    wrong = {"rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 0, "rules-0-countries": "Atlantis"}
    change = reverse("console:link-rules", args=[routed.pk])
    pages["/refused/"] = as_ada.post(change, wrong).content.decode()
    many = {"pk": [routed.pk], "step": "preview", "what": "url", "url": f"{SHOP}/new"}
    pages["/many/"] = as_ada.post(reverse("console:links-many"), many).content.decode()
    with serving({path: answer(html) for path, html in pages.items()}) as address:
        yield address, list(pages)


def test_pages_fit_and_are_accessible(site):
    address, paths = site
    found: list[str] = []
    pictures = os.environ.get("HANDSEL_PICTURES", "")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            for n, path in enumerate(paths):
                page.goto(f"{address}{path}")
                if pictures:
                    page.screenshot(path=f"{pictures}/{n}-{width}-{theme}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                found += [f"{path} at {width}: {wide} px too wide"] if wide > 0 else []
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{path} {width} {theme}: {one}" for one in page.evaluate(VIOLATIONS)]
        browser.close()
    assert found == []
