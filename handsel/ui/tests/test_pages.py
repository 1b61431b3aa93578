"""Every template renders, and none of them needs a looser content security policy."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.views import defaults

from handsel.ui.tests.sheet import render_sheet, request_for, sheet_context

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FRAMES = ("ui/console.html", "ui/portal.html", "ui/public.html", "ui/paper.html", "ui/refused.html")


class Strictness(HTMLParser):
    """Collects what a strict policy would refuse, and elements that were not closed."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.refused += [f"{tag} {n}" for n in names if n == "style" or n.startswith("on")]
        self.refused += [f"{tag} {n}" for n in names if n.startswith("hx-on")]
        self.refused += [f"{tag} {v}" for v in names.values() if v and v.startswith("javascript:")]
        data = names.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not names.get("src") and not data):
            self.refused.append(f"inline {tag}")
        if names.get("id"):
            self.ids.append(names["id"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()


def assert_strict(html: str) -> None:
    page = Strictness()
    page.feed(html)
    assert page.refused == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert "{#" not in html
    assert "{%" not in html


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles_and_says_what_it_expects(name):
    get_template(name)

    first = (TEMPLATES / name).read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"\{# .*\bExpects:? .*#\}", first)


@pytest.mark.parametrize("language", ["en", "sv", "nb", "pl"])
def test_the_pattern_sheet_is_strict_in_every_language(language):
    with translation.override(language):
        html = render_sheet()

    assert_strict(html)
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_is_strict(name):
    html = render_to_string(name, sheet_context(), request_for())

    assert_strict(html)
    assert 'id="notices"' in html
    assert 'href="#content"' in html
    assert 'id="content"' in html


def test_the_chosen_theme_is_written_on_the_document():
    html = render_sheet(lambda context: context.update(theme="dark"))

    assert '<html lang="en" data-theme="dark">' in html


def test_the_current_entry_of_the_navigation_is_marked():
    html = render_sheet()

    marked = re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', html)
    assert marked == ["/partners/"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: defaults.bad_request(request, ValueError()), 400),
        (lambda request: defaults.permission_denied(request, PermissionDenied()), 403),
        (lambda request: defaults.page_not_found(request, Http404()), 404),
        (defaults.server_error, 500),
    ],
)
def test_error_pages_are_ours_and_carry_what_htmx_picks(answer, status):
    response = answer(request_for())

    assert response.status_code == status
    html = response.content.decode()
    assert "data-problem" in html
    assert_strict(html)


def test_a_broken_server_still_answers_without_static_files_or_database(settings):
    settings.STORAGES = {
        "default": {"BACKEND": "nowhere.Storage"},
        "staticfiles": {"BACKEND": "nowhere.Storage"},
    }
    assert defaults.server_error(request_for()).status_code == 500


def test_a_refusal_is_said_in_its_place_with_what_to_do():
    html = render_to_string("ui/_notice.html", {"error": sheet_context()["error"]})

    assert 'role="alert"' in html
    assert "Refund R-1 takes back more than is left of the order." in html
    assert "Check the amount" in html


def test_djangos_messages_become_toasts_and_notices():
    source = '{% extends "ui/public.html" %}'

    class Message:
        def __init__(self, text: str, level_tag: str) -> None:
            self.text, self.level_tag = text, level_tag

        def __str__(self) -> str:
            return self.text

    messages = [Message("Approved <b>", "success"), Message("The bank refused", "error")]
    html = engines["django"].from_string(source).render({"messages": messages}, request_for())

    assert re.search(r'class="toast".*Approved &lt;b&gt;', html)
    assert re.search(r'id="notices".*data-tone="bad".*The bank refused', html, re.DOTALL)
