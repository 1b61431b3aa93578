"""The pattern sheet in a real Chromium, under the strict content security policy."""

import shutil
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect, sync_playwright

from handsel.ui.tests.sheet import render_sheet, request_for, sheet_context
from handsel.ui.tests.site import Answer, Handler, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
ACTIONS = """{% extends "ui/console.html" %}{% block content %}
<p id="row">before</p>
<button id="approve" hx-post="/approve" hx-target="#row" hx-swap="outerHTML">Approve</button>
<button id="refuse" hx-post="/refuse" hx-target="#row" hx-swap="outerHTML">Refuse</button>
<button id="break" hx-post="/break" hx-target="#row" hx-swap="outerHTML">Break</button>
<form id="form" hx-post="/invalid" hx-target="this" hx-swap="outerHTML"><button>Save</button></form>
{% endblock %}"""


def sheet(handler: Handler) -> Answer:
    cookies = SimpleCookie(handler.headers.get("Cookie", ""))
    theme = cookies["theme"].value if "theme" in cookies else ""
    return 200, render_sheet(lambda context: context.update(theme=theme))


def actions(_handler: Handler) -> Answer:
    page = engines["django"].from_string(ACTIONS)
    return 200, page.render(sheet_context(), request_for())


def refusal(_handler: Handler) -> Answer:
    return 409, render_to_string("ui/_notice.html", {"error": sheet_context()["error"]})


def frame(name: str) -> Callable[[Handler], Answer]:
    """A page in one of the frames, with a heading and a form."""
    block = "paper" if name == "paper" else "content"
    source = f"""{{% extends "ui/{name}.html" %}}{{% block title %}}Sign in{{% endblock %}}
        {{% block {block} %}}<h1>Sign in</h1><form>{{{{ form }}}}</form>{{% endblock %}}"""

    def answer(_handler: Handler) -> Answer:
        return 200, engines["django"].from_string(source).render(sheet_context(), request_for())

    return answer


PAGES = {
    "/sheet": sheet,
    "/actions": actions,
    "/approve": lambda _handler: (200, '<p id="row">after</p>'),
    "/refuse": refusal,
    "/break": lambda _handler: (500, render_to_string("500.html")),
    "/invalid": lambda _handler: (422, '<form id="form">Too long</form>'),
    **{f"/{name}": frame(name) for name in ("portal", "public", "paper")},
    "/refused": lambda _handler: (
        200,
        render_to_string("ui/refused.html", sheet_context(), request_for()),
    ),
}
# Where words and parts are many, at every width; where they are few, on a phone.
LOOKS = [
    *(("/sheet", width, theme) for width in (360, 1440) for theme in ("light", "dark")),
    *((path, 360, "light") for path in ("/portal", "/public", "/paper", "/refused")),
    *((path, 1280, "dark") for path in ("/portal", "/public")),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(PAGES) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which a refused style, script or file, or an error in a script, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: (
            complaints.append(said.text) if "Content Security Policy" in said.text else None
        ),
    )
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize(("path", "width", "theme"), LOOKS)
def test_pages_fit_and_are_accessible(page, site, path, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(site + path)
    if path == "/sheet":
        expect(page.locator("canvas")).to_have_count(1)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((report) => report.violations)")
    assert [
        f"{one['id']}: {node['html'][:120]} {node['any'][:1]}"
        for one in found
        for node in one["nodes"]
    ] == []


def test_the_font_of_the_design_is_served(page, site):
    page.goto(site + "/sheet")

    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('14px Inter Variable'))"
    )
    loaded = "[...document.fonts].filter((face) => face.status === 'loaded').length"
    assert page.evaluate(loaded) >= 1


def test_the_theme_is_kept_in_a_cookie_and_written_by_the_server(page, site):
    page.emulate_media(color_scheme="light")
    page.goto(site + "/sheet")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert "dark" in page.evaluate("getComputedStyle(document.documentElement).colorScheme")


def test_a_copied_link_is_in_the_clipboard_and_said(page, site):
    page.goto(site + "/sheet")
    page.get_by_role("button", name="Copy the link").click()

    expect(page.locator("#toasts .toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "http://127.0.0.1:8001/besseggen"


def test_slash_goes_to_the_search_but_not_while_typing(page, site):
    page.goto(site + "/sheet")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    expect(page.locator("[data-search]")).to_have_value("")

    page.locator("#id_name").fill("")
    page.locator("#id_name").press("/")
    expect(page.locator("#id_name")).to_have_value("/")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page, site):
    page.goto(site + "/sheet")
    summary = page.locator("summary", has=page.locator(".avatar.round"))
    summary.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_chart_is_drawn_again_when_the_theme_changes(page, site):
    page.emulate_media(color_scheme="light")
    page.goto(site + "/sheet")
    expect(page.locator("canvas")).to_have_count(1)
    pixels = "document.querySelector('canvas').toDataURL().length > 5000"
    page.wait_for_function(pixels)
    page.evaluate("document.querySelector('canvas').dataset.old = 'yes'")

    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("canvas[data-old]")).to_have_count(0)
    expect(page.locator("canvas")).to_have_count(1)


def test_the_navigation_opens_over_a_narrow_page(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site + "/sheet")
    expect(page.get_by_role("link", name="Applications")).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Applications")).to_be_visible()


def test_a_refusal_lands_in_the_notice_area_and_the_row_stays(page, site):
    page.goto(site + "/actions")
    page.locator("#refuse").click()

    expect(page.locator("#notices [role=alert]")).to_contain_text("Refund R-1 takes back more")
    expect(page.locator("#row")).to_have_text("before")
    page.locator("#refuse").click()
    expect(page.locator("#notices [role=alert]")).to_have_count(1)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#notices [role=alert]")).to_have_count(0)


def test_a_change_that_goes_well_clears_the_refusal_before_it(page, site):
    page.goto(site + "/actions")
    page.locator("#refuse").click()
    expect(page.locator("#notices [role=alert]")).to_have_count(1)

    page.locator("#approve").click()
    expect(page.locator("#row")).to_have_text("after")
    expect(page.locator("#notices [role=alert]")).to_have_count(0)


def test_a_broken_server_is_said_without_its_whole_page(page, site):
    page.goto(site + "/actions")
    page.locator("#break").click()

    expect(page.locator("#notices")).to_contain_text("Something broke on our side")
    expect(page.locator("#notices html, #notices title, #notices main")).to_have_count(0)
    expect(page.locator("#row")).to_have_text("before")


def test_a_wrong_form_comes_back_in_its_own_place(page, site):
    page.goto(site + "/actions")
    page.locator("#form button").click()

    expect(page.locator("#form")).to_have_text("Too long")
    expect(page.locator("#notices [role=alert]")).to_have_count(0)


def test_pages_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/sheet")
    page.locator("summary", has=page.locator(".avatar.round")).click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("button", name="Light or dark")).to_be_hidden()
    context.close()
