"""Statements and what belongs to them in a real Chromium, on a phone and wide, light and dark."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import sync_playwright

from handsel.commissions.services import approve_held, evaluate_due
from handsel.conversions.tests.shop import NOON
from handsel.papers.models import Statement
from handsel.papers.proof import statement_proof
from handsel.papers.services import issue_due
from handsel.papers.tests.conftest import APPROVED, PROPOSED
from handsel.payouts.services import mark_paid
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


@pytest.fixture
def statements(shop, bens_click, bens_account, pays, travel):
    """Thirty orders paid in October; in November some more, and one that came back."""
    travel(APPROVED)
    for n in range(30):
        at = NOON - timedelta(hours=9 * n)
        way = {"click_ids": [bens_click]} if n < 5 else {"codes": ["BEN10"]}
        shop.order(f"L-{20_400 - n}", 2_000 + 777 * n, at=at, customer_is_new=n % 4 == 0, **way)
    evaluate_due()
    approve_held()
    payout = pays().payouts.get()
    issue_due()
    mark_paid(payout.pk, actor=None)
    shop.refund("L-20380", amount_minor=5_000)
    shop.order("L-20500", 12_000, click_ids=[bens_click])
    evaluate_due()
    approve_held()
    pays(PROPOSED + timedelta(days=31))
    issue_due()
    return list(Statement.objects.order_by("issued_at"))


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def pages(client, signed_in, statements, ben, fay):
    first, second = statements
    as_ben = ["/portal/earnings/payouts/", "/portal/earnings/payouts/account/"]
    as_ben += [f"/portal/earnings/payouts/{one.pk}/" for one in statements]
    rendered = {p: signed_in(client, ben).get(p).content.decode() for p in as_ben}
    rendered["/all/"] = client.get(f"{as_ben[2]}?lines=all").content.decode()
    paper = f"/console/payouts/statements/{second.pk}/"
    rendered[paper] = signed_in(client, fay).get(paper).content.decode()
    client.logout()
    rendered["/check/"] = client.get("/check/?statement=ST-1&print=7f3a91c0").content.decode()
    proof = statement_proof(first)
    rendered["/holds/"] = checked(client, proof)
    forged = re.sub(rb'"amount_minor":\d', b'"amount_minor":9', proof, count=1)
    rendered["/fails/"] = checked(client, forged)
    return rendered


def checked(client, data):
    return client.post("/check/", {"file": SimpleUploadedFile("p.json", data)}).content.decode()


def test_pages_fit_and_are_accessible(pages):
    found: list[str] = []
    with (
        serving({path: answer(html) for path, html in pages.items()}) as address,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on(
            "console",
            lambda said: found.append(said.text) if "Security Policy" in said.text else None,
        )
        for path in pages:
            for width, theme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.goto(address + path)
                where = f"{path} at {width}, {theme}"
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{where}: wider than the screen")
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{where}: {one}" for one in page.evaluate(VIOLATIONS)]
        browser.close()

    assert found == []
