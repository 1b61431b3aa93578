"""Problems are titled in the language that the caller asks for."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from handsel.api.problems import problem
from handsel.api.tests.conftest import Api
from handsel.api.titles import OTHERWISE, TITLES, title_of
from handsel.errors import DomainError

# Whose refusals the API passes on.
FOLDERS = {"api", "conversions", "engine", "errors", "intake", "links", "postbacks"}


class SomethingElse(DomainError):
    """A refusal that nobody has titled."""


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for narrower in kind.__subclasses__():
        module = narrower.__module__.split(".")
        if module[1] in FOLDERS and "tests" not in module and narrower.__name__[0] != "_":
            yield narrower
        yield from refusals(narrower)


def code_of(kind: type[DomainError]) -> str:
    return str(kind.code.fget(kind.__new__(kind)))  # type: ignore[attr-defined]


def test_every_refusal_that_the_api_passes_on_has_a_title() -> None:
    codes = {code_of(kind) for kind in refusals()}

    assert "slug-taken" in codes
    assert codes - set(TITLES) == set()


def test_a_refusal_that_is_new_is_titled_by_its_status() -> None:
    with override("en"):
        assert title_of(SomethingElse("No.")) == str(OTHERWISE[409])


@pytest.mark.parametrize("language", ["en", "sv", "nb", "pl"])
def test_titles_speak_the_callers_language(acme_api: Api, language: str) -> None:
    response = acme_api.get("links/lnk_x", **{"Accept-Language": language})

    with override(language):
        assert response.json()["title"] == str(TITLES["not-visible"])
    assert (response.json()["title"] == "Not found") == (language == "en")
    assert response["Content-Language"] == language


def test_a_title_is_not_made_from_the_code() -> None:
    with override("en"):
        title = problem(DomainError("No."))

    assert b"Not possible as things stand" in title.content
