"""The pages of a question in a real Chromium, on a phone and wide, light and dark, both sides."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from handsel.relations.services import answer, ask, withhold
from handsel.relations.tests.conftest import due_in
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)


@pytest.fixture
def pages(question, missed, commission, ada, fia, ben, passes, signed_in):
    """A promise that was moved, an amount that is withheld, and a question that is overdue."""
    soon = due_in(8)
    answer(question.pk, outcome="looking", text="We ask.\n\nSoon.", actor=fia, due_on=soon)
    withhold(question.pk, actor=ada)
    lost = ask(missed, text="They read my post first.", actor=ben)
    passes(5)
    as_ada, as_ben = signed_in(Client(), ada), signed_in(Client(), ben)
    addresses = {
        as_ada: (
            "/console/questions/",
            "/console/questions/?state=closed",
            f"/console/questions/{question.pk}/",
            f"/console/questions/{lost.pk}/",
            f"/console/commissions/{commission.pk}/",
        ),
        as_ben: (
            "/portal/earnings/questions/",
            f"/portal/earnings/questions/{question.pk}/",
            f"/portal/earnings/not-credited/{missed.pk}/",
            f"/portal/earnings/{commission.pk}/",
        ),
    }
    return {path: client.get(path) for client, paths in addresses.items() for path in paths}


def answered(html: str) -> Page:
    return lambda _handler: (200, html)


def test_pages_fit_and_are_accessible(pages):
    assert {response.status_code for response in pages.values()} == {200}
    # The small site knows no query strings.
    html = {path.replace("?", ""): r.content.decode() for path, r in pages.items()}
    found: list[str] = []
    with (
        serving({path: answered(text) for path, text in html.items()}) as address,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        for path in html:
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
