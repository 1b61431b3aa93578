"""Terms and their changes in words: nothing that is agreed on goes unsaid, in any language."""

import re

import pytest
from django.utils import translation

from handsel.engine.terms import Percent, Terms, differences, sentences
from handsel.engine.terms.tests.everything import EVERYTHING, one_of_each
from handsel.ui.wording import words
from handsel.ui.wording.differences import summary

LANGUAGES = ("en", "sv", "nb", "pl")
PLAIN = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),))


def text(terms):
    return [words(c.code, c.params, subject="clause", currency="EUR") for c in sentences(terms)]


def changes(old, new):
    return [
        words(found.code, found.params, subject="difference", currency="EUR")
        for found in differences(old, new)
    ]


def assert_said(said):
    for sentence in said:
        assert sentence.strip()
        assert not re.search(r"%\(|None|__proxy__|\{|_ppm|_minor", sentence), sentence


@pytest.fixture(params=LANGUAGES)
def language(request):
    with translation.override(request.param):
        yield request.param


def test_every_clause_of_the_language_is_said(language):
    assert_said(text(EVERYTHING))
    assert len(set(text(EVERYTHING))) == len(text(EVERYTHING))


def test_a_changed_member_changes_the_text():
    with translation.override("en"):
        said = text(EVERYTHING)
        silent = [path for path, changed in one_of_each() if text(changed) == said]
    assert silent == []


def test_every_change_is_said():
    with translation.override("en"):
        for path, changed in one_of_each():
            forth, back = changes(EVERYTHING, changed), changes(changed, EVERYTHING)
            assert forth, path
            assert forth != back, path
            assert_said([*forth, *back])
            assert_said([summary(differences(EVERYTHING, changed), "EUR")])


def test_all_that_was_added_and_removed_is_said(language):
    assert_said(changes(PLAIN, EVERYTHING))
    assert_said(changes(EVERYTHING, PLAIN))
    assert_said([summary(differences(PLAIN, EVERYTHING), "EUR")])
