"""Tasks, perks, adjustments and who brought whom, in a real Chromium, on a phone and wide."""

import os
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.commissions.models import PromisedPerk, Submission
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.brought import set_brought_by
from handsel.commissions.settling.submissions import approve_submission, decline_submission, hand_in
from handsel.engine.terms import Percent, Task, Terms, Views
from handsel.links.joining import add_partner
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)
POST = "https://blog.example/2026/09/a-post-about-wool-with-a-rather-long-address-behind-it"


@pytest.fixture
def terms():
    post = Task(
        name="A post about wool",
        description="At least three pictures, and a link.",
        times_max=9,
        amount_minor=2_000,
        currency="EUR",
    )
    views = Views(per_views=1_000, amount_minor=100, most_minor=450, currency="EUR")
    return Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),), bonuses=(post, views))


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(ada, ben, bens, signed_in):
    """Something in each list, and everything that can be opened open."""
    cleos = add_partner(bens.program, name="Cleo's Coupons", slug="cleo", code="CLEO5", actor=ada)
    set_brought_by(bens, cleos, reason="She told us at the fair.", actor=ada)
    adjust(bens, amount_minor=-1_250, reason="Paid twice in May.", actor=ada)
    for place, said in ((0, {"text": "In our letter."}), (1, {"views": 3_400}), (0, {})):
        hand_in(bens, place=place, url=POST, actor=ben, **said)
    done, gone = Submission.objects.order_by("-pk")[:2]
    approve_submission(done.pk, actor=ada)
    decline_submission(gone.pk, reason="The post is gone.", actor=ada)
    hand_in(bens, place=1, url=POST, views=3_400, actor=ben)
    for number, status in enumerate(PromisedPerk.Status.values):
        PromisedPerk.objects.create(
            brand_id=bens.brand_id,
            partner_id=bens.partner_id,
            program=bens.program,
            partnership=bens,
            agreement=bens.agreements.get(),
            name=f"A box of wool, {number}",
            description="Three colours.",
            due_at=bens.created_at,
            status=status,
        )
    as_ada, as_ben = signed_in(Client(), ada), signed_in(Client(), ben)
    promises = reverse("console:promises")
    asked = {
        promises: as_ada,
        f"{promises}?state=reviewed": as_ada,
        f"{promises}?state=perks": as_ada,
        reverse("console:partner-commissions", args=[bens.pk]): as_ada,
        reverse("portal:promises"): as_ben,
    }
    pages = {path: answer(client.get(path).content.decode()) for path, client in asked.items()}
    with serving(pages) as address:
        yield address, list(pages)


@pytest.fixture
def chromium():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_axe_finds_nothing_and_nothing_overflows(site, chromium):
    address, paths = site
    found = {}
    for width, theme in LOOKS:
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        for number, path in enumerate(paths):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('main details').forEach((d) => d.open = true)")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found[path, width, theme] = page.evaluate(VIOLATIONS)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if folder := os.environ.get("HANDSEL_PICTURES"):
                page.screenshot(path=f"{folder}/{number}-{width}-{theme}.png", full_page=True)
        page.close()

    assert {where: what for where, what in found.items() if what} == {}
