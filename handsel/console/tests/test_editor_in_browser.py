"""Editor, library and calculator in a real Chromium: by keyboard, on a phone, before axe."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Route, expect, sync_playwright

from handsel.drafts.models import Draft
from handsel.drafts.services import begin_draft
from handsel.engine.terms.tests.everything import EVERYTHING
from handsel.programs.page import change_page, publish_page
from handsel.programs.queries import first_group, terms_of
from handsel.ui.tests.site import POLICY, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`)))"
)
UNFOLD = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def without_loop() -> Iterator[None]:
    """Playwright runs a loop in this very thread. Django would take itself for asynchronous, and
    open a connection that knows nothing of the test's transaction."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


class Bridge:
    """Answers a browser from Django's own test client, in the test's thread and transaction."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, route: Route) -> None:
        with without_loop():
            status, headers, body = self.answered(route)
        route.fulfill(status=status, headers=headers, body=body)

    def answered(self, route: Route) -> tuple[int, dict[str, str], bytes]:
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
        if answer.status_code == 302:
            # What a redirect leads to would be asked of the network, past this bridge.
            onwards = f'<meta http-equiv="refresh" content="0;url={answer["Location"]}">'
            return 200, {"Content-Type": "text/html"}, onwards.encode()
        kept["Content-Security-Policy"] = POLICY
        return answer.status_code, kept, answer.content


@pytest.fixture
def draft(program, ada, terms):
    return begin_draft(program, terms, actor=ada, group=first_group(program))


@pytest.fixture
def page(client, signed_in, ada, draft):
    bridge = Bridge(signed_in(client, ada))
    found: list[str] = []
    with serving({}) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(base_url=address, viewport={"width": 1440, "height": 900})
        opened.route(re.compile(r"^http://[^/]+/(console|portal|p)/"), bridge)
        opened.set_default_timeout(8_000)
        opened.on("pageerror", lambda error: found.append(str(error)))
        opened.on(
            "console",
            lambda said: found.append(said.text) if "Security Policy" in said.text else None,
        )
        opened.emulate_media(reduced_motion="reduce")
        yield opened
        browser.close()
    assert found == []


def test_pages_fit_and_are_accessible(page, program, ada, draft):
    with without_loop():
        everything = begin_draft(program, EVERYTHING, actor=ada, name="All")
    paths = [
        "/console/terms/library/",
        f"/console/terms/drafts/{everything.pk}/",
        f"/console/terms/drafts/{draft.pk}/",
    ]
    with without_loop():
        publish(program, ada)
    paths += [f"/p/{program.slug}/", f"/p/{program.slug}/calculator/?visits=4000&value=80"]
    wrong = _looked_at(page, paths)

    assert wrong == []


def publish(program, actor):
    said: dict[str, Any] = {
        "slug": program.slug,
        "headline": "Share wool",
        "pitch": "Wool.",
        "reader": "Ada",
        "loved": [],
        "forbidden": [],
        "kinds_wanted": [],
        "countries_wanted": [],
        "reach_min": 0,
        "answer_days": 3,
    }
    change_page(program.pk, **said, actor=actor)
    publish_page(program.pk, actor=actor)


def _looked_at(page, paths):
    wrong, kept = [], os.environ.get("HANDSEL_PICTURES", "")
    for number, path in enumerate(paths):
        for width in (390, 1440):
            for theme in THEMES:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.goto(path)
                page.evaluate(
                    "document.querySelectorAll('main details').forEach(d => d.open = true)"
                )
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
    with without_loop():
        draft.refresh_from_db()
    assert draft.written["pay"][0]["rate_ppm"] == 125_000


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

    with without_loop():
        assert terms_of(first_group(program)).model_dump()["pay"][0]["rate_ppm"] == 130_000


def test_the_library_starts_a_draft(page, program):
    page.goto("/console/terms/library/")
    page.get_by_role("button", name="Start from this").first.click()
    page.wait_for_url("**/drafts/drf_*/")

    with without_loop():
        assert Draft.objects.count() == 2
    assert page.locator("#t-pay-0-rate_ppm").input_value() == "10"


def test_the_answer_follows_the_figures(page, program, ada):
    with without_loop():
        publish(program, ada)
    page.goto(f"/p/{program.slug}/calculator/")
    page.get_by_label("Visits a month").fill("2000")
    page.get_by_label("Of them buy").fill("2")
    page.get_by_label("Sent back whole").fill("0")
    page.get_by_label("An order comes to").fill("50")

    expect(page.locator("#answer tfoot")).to_contain_text("€200.00")


def test_the_answer_needs_no_script(page, program, ada):
    with without_loop():
        publish(program, ada)
    said = "visits=2000&buyers=2&value=50&new=0&returned=0"
    page.goto(f"/p/{program.slug}/calculator/?{said}")

    expect(page.locator("#answer tfoot")).to_contain_text("€200.00")
