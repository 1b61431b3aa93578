"""What is shown of terms, sent as a browser sends it, is the same terms again: to the digest."""

import doctest

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.drafts.form import codecs, judged, read_form, show
from handsel.drafts.tests.browser import sent
from handsel.engine.terms import Percent, Task, Terms, TimeBox, When, digest
from handsel.engine.terms.library import templates
from handsel.engine.terms.tests.everything import EVERYTHING, all_variations
from handsel.ui import numbers

LANGUAGES = ("en", "sv", "nb", "pl")
# The currency of a discount is the program's: who writes it has no way to leave it out.
LATER = "customer_discount.amount_minor"
# A browser ends lines in its own way, and sends no zero byte.
texts = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=30)
names = texts.filter(bool)


def again(terms, language):
    with translation.override(language):
        sections = show(
            terms.model_dump(mode="json"), currency=terms.currency, errors={}, warnings={}
        )
        written, unread = read_form(sent(sections), currency=terms.currency)
        assert unread == {}
        return judged(written, unread, currency=terms.currency).terms


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_that_use_everything_come_back_whole(language):
    assert digest(again(EVERYTHING, language)) == digest(EVERYTHING)


@given(st.sampled_from([one for one in all_variations() if one[0] != LATER]))
def test_each_member_comes_back_as_it_was(variation):
    _path, terms = variation

    assert digest(again(terms, "en")) == digest(terms)


@pytest.mark.parametrize("template", templates("JPY"), ids=lambda one: one.name)
def test_templates_come_back_in_a_currency_without_decimals(template):
    assert digest(again(template.terms, "sv")) == digest(template.terms)


@given(
    skus=st.lists(texts, min_size=1, max_size=4),
    name=names,
    note=texts,
    rate_ppm=st.integers(1, 1_000_000),
    amount_minor=st.integers(1, 2**53 - 1),
    times=st.lists(st.datetimes(timezones=st.timezones()), min_size=2, max_size=2, unique=True),
    zone=st.sampled_from(["UTC", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"]),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_one_may_write_comes_back(
    skus, name, note, rate_ppm, amount_minor, times, zone, language
):
    try:
        since, until = sorted(times)
        box = TimeBox(since=since, until=until)
    except (ValueError, OverflowError):
        box = TimeBox()
    task = Task(name=name, description=note, amount_minor=amount_minor, currency="EUR", valid=box)
    pay = (Percent(rate_ppm=rate_ppm, when=When(skus=tuple(skus)), valid=box),)
    terms = Terms(currency="EUR", pay=pay, bonuses=(task,), time_zone=zone)

    assert digest(again(terms, language)) == digest(terms)


@pytest.mark.parametrize("value", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
def test_the_hour_that_comes_twice_is_told_apart(value):
    """Both are 2:30 in Stockholm, on the night the clocks go back."""
    text = codecs.write_moment(value, "Europe/Stockholm")

    assert codecs.read_moment(text, "Europe/Stockholm") == value


@pytest.mark.parametrize("module", [codecs, numbers])
def test_the_examples_of_what_one_types_are_right(module):
    assert doctest.testmod(module).failed == 0
