"""The program page, an application and its review in a real Chromium, on a phone and wide."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect, sync_playwright

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.engine.terms import Terms, digest
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.recruiting.letters import token_of
from handsel.recruiting.models import Application
from handsel.recruiting.services import Asked, apply, approve_application, decline_application
from handsel.recruiting.tests.conftest import INES, form_of
from handsel.recruiting.tests.test_page import clicked, sell
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)
EARNED = (900, 1_400, 2_600, 3_100, 4_800, 5_200, 5_900, 6_400, 8_200, 9_400, 9_800, 12_000)
EARNED_MORE = (14_000, 16_500, 19_000, 24_000, 31_000, 38_000, 52_000, 66_000, 91_000)
NAMES = ("Slow Trails", "Jon Ask", "Liv Berg", "Ola Nordmann", "Maja Lind", "Per Holm")


@pytest.fixture
def busy(page: Program, ada: Member, terms: Terms, outbox: None) -> list[Application]:
    """A program with partners who sell, and applications of every kind."""
    first = localdate(now()).replace(day=1)
    sold_at = datetime.combine(first - timedelta(days=40), datetime.min.time(), UTC)
    for number, minor in enumerate((*EARNED, *EARNED_MORE)):
        made = add_partner(
            page,
            name=f"Partner {number}",
            code=f"PART{number}",
            actor=ada,
            valid_from=sold_at - timedelta(days=90),
        )
        sell(page, made, minor * 30, at=sold_at)
        clicked(made, 400 + number * 37, on=sold_at.date())
    evaluate_due()
    Commission.objects.update(status="approved")
    add_partner(page, name="Layered", site_url="https://layered.example", actor=ada)
    sent = []
    for number, name in enumerate(NAMES):
        fields = {**vars(INES), "name": name, "email": f"p{number}@layered.example"}
        asked = Asked(**fields | {"kind": "coupon" if number % 2 else "content"})
        made_it = apply(page.pk, asked, terms_digest=digest(terms), asked_from=f"192.0.{number}.0")
        assert made_it is not None
        sent.append(made_it)
    Application.objects.filter(pk=sent[0].pk).update(due_on=localdate(now()) - timedelta(days=1))
    approve_application(sent[4].pk, actor=ada)
    decline_application(sent[5].pk, because="content", words="Wool only, for now.", actor=ada)
    return sent


@pytest.fixture
def pages(as_ada: Client, page: Program, busy: list[Application], terms: Terms) -> dict[str, str]:
    """Pages as they are answered, by names of their own."""
    stranger = Client()
    wrong = form_of(terms, email="ines@layeredlife", name="")
    found = {
        "/page": stranger.get("/p/acme/"),
        "/refused": stranger.post("/p/acme/application/", wrong),
        "/thanks": stranger.get("/p/acme/thanks/"),
        "/own": stranger.get(f"/applications/{token_of(busy[1])}/"),
        "/list": as_ada.get(reverse("console:applications")),
        "/none": as_ada.get(reverse("console:applications"), {"status": "withdrawn"}),
        "/one": as_ada.get(reverse("console:application", args=[busy[1].pk])),
        "/late": as_ada.get(reverse("console:application", args=[busy[0].pk])),
        "/approved": as_ada.get(reverse("console:application", args=[busy[4].pk])),
        "/declined": as_ada.get(reverse("console:application", args=[busy[5].pk])),
        "/settings": as_ada.get(reverse("console:settings-page")),
        "/preview": as_ada.get(reverse("console:settings-page-preview")),
    }
    return {path: response.content.decode() for path, response in found.items()}


@pytest.fixture
def fragment(busy: list[Application]) -> str:
    """What the server says to the slider."""
    asked = Client().get("/p/acme/?readers=60000", headers={"HX-Request": "true"})
    return asked.content.decode()


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def tab() -> Iterator[Tab]:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_pages_fit_and_are_accessible(pages: dict[str, str], tab: Tab) -> None:
    found: list[str] = []
    tab.on("pageerror", lambda error: found.append(str(error)))
    tab.on(
        "console",
        lambda said: found.append(said.text) if "Security Policy" in said.text else None,
    )
    with serving({path: answer(html) for path, html in pages.items()}) as address:
        for path in pages:
            for width, theme in LOOKS:
                tab.set_viewport_size({"width": width, "height": 900})
                tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
                tab.goto(address + path)
                where = f"{path} at {width}, {theme}"
                if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{where}: wider than the screen")
                tab.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{where}: {one}" for one in tab.evaluate(VIOLATIONS)]

    assert found == [], "\n".join(found)


def test_the_slider_asks_for_its_range(pages: dict[str, str], fragment: str, tab: Tab) -> None:
    answers = {"/page": answer(pages["/page"]), "/p/acme/": answer(fragment)}
    with serving(answers) as address:
        tab.goto(f"{address}/page")
        tab.get_by_label("About how many people").fill("60000")

        expect(tab.locator("#readers-said")).to_have_text("60,000")
        expect(tab.locator("#guess .figure")).to_be_visible()
