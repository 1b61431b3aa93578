"""The editor, the library and the calculator in a real Chromium: by keyboard, on a phone, to axe."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from handsel.drafts.models import Draft
from handsel.drafts.services import begin_draft
from handsel.engine.terms.library import templates
from handsel.engine.terms.tests.everything import EVERYTHING
from handsel.programs.queries import first_group, terms_of
from handsel.ui.tests.site import POLICY, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`)))"
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Bridge:
    """Answers a browser from Django's own test client, in the test's thread and transaction."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, route: Route) -> None:
        request = route.request
        sent = {name.title(): text for name, text in request.headers.items() if name[:2] == "hx"}
        path = "/" + request.url.split("/", 3)[3]
        if request.method == "POST":
            kind = request.headers.get("content-type", "")
            body = request.post_data_buffer or b""
            answer: Any = self.client.post(path, body, content_type=kind, headers=sent)
        else:
            answer = self.client.get(path, headers=sent)
        kept = {name: text for name, text in answer.items() if name != "Content-Length"}
        if answer.status_code in (301, 302):
            kept["Location"] = answer["Location"]
        kept["Content-Security-Policy"] = POLICY
        route.fulfill(status=answer.status_code, headers=kept, body=answer.content)


@pytest.fixture
def draft(program, ada, terms):
    return begin_draft(program, terms, actor=ada, group=first_group(program))


@pytest.fixture
def page(client, signed_in, ada, program, monkeypatch) -> Iterator[Page]:
    # Playwright runs a loop in this very thread, in which nothing of ours ever waits.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    bridge = Bridge(signed_in(client, ada))
    found: list[str] = []
    with serving({}) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(base_url=address, viewport={"width": 1440, "height": 900})
        for area in ("console", "portal", "p"):
            opened.route(f"**/{area}/**", bridge)
        opened.on("pageerror", lambda error: found.append(str(error)))
        opened.on(
            "console",
            lambda said: found.append(said.text) if "Security Policy" in said.text else None,
        )
        opened.emulate_media(reduced_motion="reduce")
        yield opened
        browser.close()
    assert found == []


def test_pages_fit_and_are_accessible(page, program, ada, bens, ben, draft):
    everything = begin_draft(program, EVERYTHING, actor=ada, name="All")
    paths = [
        "/console/terms/library/",
        f"/console/terms/drafts/{everything.pk}/",
        f"/console/terms/drafts/{draft.pk}/",
    ]
    wrong = _looked_at(page, paths)

    assert wrong == []


def _looked_at(page: Page, paths: list[str]) -> list[str]:
    wrong, kept = [], os.environ.get("HANDSEL_PICTURES", "")
    for number, path in enumerate(paths):
        for width in (390, 1440):
            for theme in THEMES:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.goto(path)
                page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
                if kept:
                    name = f"{number}-{width}-{theme}.png"
                    page.screenshot(path=Path(kept) / name, full_page=True)
                if page.evaluate(OVERFLOW) > 0:
                    wrong.append(f"{path} is wider than {width}")
                page.evaluate(AXE.read_text(encoding="utf-8"))
                wrong += [f"{path} {width} {theme} {one}" for one in page.evaluate(VIOLATIONS)]
    return wrong


def test_the_words_follow_what_is_typed(page, draft):
    page.goto(f"/console/terms/drafts/{draft.pk}/")
    page.get_by_label("Rate", exact=True).fill("12.5")

    expect(page.locator("#preview")).to_contain_text("12.5%")
    assert Draft.objects.get(pk=draft.pk).written["pay"][0]["rate_ppm"] == 125_000


def test_a_rule_with_conditions_is_written_by_keyboard_alone(page, draft):
    page.goto(f"/console/terms/drafts/{draft.pk}/")
    page.get_by_label("Add a rule").focus()
    page.keyboard.press("a")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#t-pay-1-amount_minor")).to_be_visible()

    assert page.evaluate("document.activeElement.closest('#t-pay-1') !== null")


def test_a_phone_writes_nested_conditions(page, draft):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/console/terms/drafts/{draft.pk}/")
    asking = page.locator("#t-pay-0-when")
    asking.locator("#t-pay-0-when-choose").select_option("any_of")
    asking.get_by_role("button", name="Add a condition").last.click()
    inner = page.locator("#t-pay-0-when-any_of-0")
    inner.locator("#t-pay-0-when-any_of-0-choose").select_option("countries")
    inner.get_by_role("button", name="Add a condition").click()
    page.locator("#t-pay-0-when-any_of-0-countries").fill("se, no")

    assert page.evaluate(OVERFLOW) <= 0
    assert page.locator("#t-pay-0-when-any_of-0-countries").is_visible()


def test_what_was_open_stays_open_while_another_section_changes(page, draft):
    page.goto(f"/console/terms/drafts/{draft.pk}/")
    page.locator("#part-hold > summary").click()
    page.get_by_label("Commissions wait").fill("21")
    page.locator("#t-pay-choose").select_option("fixed")
    page.get_by_role("button", name="Add a rule").click()
    expect(page.locator("#t-pay-1-amount_minor")).to_be_visible()

    assert page.get_by_label("Commissions wait").input_value() == "21"
    assert page.get_by_label("Commissions wait").is_visible()


def test_terms_are_used_and_a_mistake_is_said_in_its_place(page, draft, program):
    page.goto(f"/console/terms/drafts/{draft.pk}/")
    page.get_by_label("Rate", exact=True).fill("a lot")
    page.get_by_role("button", name="Use these terms").click()
    expect(page.locator("#t-pay-0-rate_ppm-error")).to_contain_text("is no number")
    page.get_by_label("Rate", exact=True).fill("13")
    page.get_by_role("button", name="Use these terms").click()
    page.wait_for_url("**/offers/")

    assert terms_of(first_group(program)).pay[0].rate_ppm == 130_000


def test_the_library_starts_a_draft(page, program):
    page.goto("/console/terms/library/")
    page.get_by_role("button", name="Start from this").first.click()
    page.wait_for_url("**/drafts/drf_*/")

    assert Draft.objects.get().written["currency"] == "EUR"
    assert page.locator("#t-pay-0-rate_ppm").input_value() != ""
    assert len(templates("EUR")) == page.evaluate("12")
