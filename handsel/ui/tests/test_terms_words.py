"""Terms and their changes in words: nothing that is agreed on goes unsaid, in any language."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from handsel.engine.terms import (
    AttributionTerms,
    Between,
    Ending,
    Excluded,
    Fixed,
    Lead,
    Percent,
    Terms,
    Tiers,
    TierStep,
    When,
    checks,
    differences,
    problems,
    sentences,
)
from handsel.engine.terms.library import NAMES, RANGES
from handsel.engine.terms.tests.everything import EVERYTHING, one_of_each
from handsel.engine.terms.tests.test_checks import CASES, TODAY
from handsel.ui.wording import words
from handsel.ui.wording.differences import summary
from handsel.ui.wording.terms import conditions, problem_words
from handsel.ui.wording.terms.library import SOURCES, TEMPLATES, range_words
from handsel.ui.wording.terms.problems import PROBLEMS
from handsel.ui.wording.terms.rates import rate_table
from handsel.ui.wording.terms.short import best_pay, general_pay, pay_in_short

LANGUAGES = ("en", "sv", "nb", "pl")
TEN = Percent(rate_ppm=100_000)
NEW = When(customer="new")
JUST = Fixed(amount_minor=300, currency="EUR", when=NEW)
LEAD = Lead(amount_minor=4_000, currency="EUR")
STEP = TierStep(start=100_000, rate_ppm=70_000)
TIERED = Percent(rate_ppm=50_000, tiers=Tiers(period="month", mode="marginal", steps=(STEP,)))
PLAIN = Terms(currency="EUR", pay=(TEN,))


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


def codes_of_problems():
    """The codes that the checks spell out: the first argument of `refused` and `warned`."""
    for path in Path(checks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("refused", "warned"):
                [code, *_] = node.args
                if isinstance(code, ast.Constant):
                    yield code.value
    yield from ("skus_unknown", "categories_unknown", "links_unknown", "codes_unknown")


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


def test_every_problem_has_words_and_no_words_are_left_over():
    assert set(PROBLEMS) == set(codes_of_problems())


@pytest.mark.parametrize("terms", [terms for _, _, terms in CASES])
def test_every_problem_is_said_with_its_remedy(terms):
    for problem in problems(terms, at=TODAY):
        assert_said(problem_words(problem, terms.currency))


def test_changes_read_as_one_line():
    old = Terms(currency="EUR", pay=(TEN, Percent(rate_ppm=100_000, when=NEW)))
    new = Terms(
        currency="EUR",
        attribution=AttributionTerms(window_days=45),
        pay=(TEN, Percent(rate_ppm=120_000, when=NEW)),
    )
    with translation.override("en"):
        line = summary(differences(old, new), "EUR")
        same = summary([], "EUR")

    assert line == ("Window: 30 days → 45 days; 10% → 12% (new customers); nothing else changes.")
    assert same == "Nothing changes."


def test_nested_conditions_read_as_brackets():
    nested = When(any_of=(When(customer="new", devices=("phone",)), When(countries=("SE",))))
    terms = Terms(currency="EUR", pay=(TEN, Percent(rate_ppm=1, when=nested)))
    with translation.override("en"):
        said = text(terms)[2]

    assert said == (
        "0.0001% of what an order counts for. Only where at least one of these holds: all of (new "
        "customers; clicks from these devices: phone); buyers in these countries: Sweden."
    )


def test_the_table_of_rates_is_said(language):
    for line in rate_table(EVERYTHING):
        steps = [text for step in line.steps for text in step]
        assert_said([line.what, line.whom, *line.notes, *steps])


def test_a_row_of_the_table_reads_as_people_write_rates():
    with translation.override("en"):
        tiered, *_, new = rate_table(EVERYTHING)[:4]

    assert tiered.steps == (
        ("from €0.00", "5%"),
        ("from €1,000.00", "7%"),
        ("from €5,000.00", "9%"),
    )
    assert (tiered.what, tiered.whom, tiered.pays) == ("Share of what counts", "Everything", "5%")
    assert (new.what, new.whom, new.pays) == ("For each order", "New customers", "€3.00")


def test_every_template_has_a_title_and_a_description():
    assert set(TEMPLATES) == set(NAMES)
    for titled in TEMPLATES.values():
        assert_said([str(titled.title), str(titled.description)])


def test_every_range_names_its_source():
    with translation.override("en"):
        said = [range_words(found.source, found.least, found.most) for found in RANGES]

    assert {found.source for found in RANGES} == set(SOURCES)
    assert_said(said)


@pytest.mark.parametrize(
    ("pay", "all_of_it", "at_best"),
    [
        ((TEN,), "10%", "10%"),
        ((JUST, TEN), "10% and €3.00", "10%"),
        ((TEN, Percent(rate_ppm=120_000, when=NEW)), "10% and 12%", "up to 12%"),
        ((TIERED,), "5% to 7%", "up to 7%"),
        ((LEAD, Excluded(when=NEW)), "€40.00 per lead", "€40.00 per lead"),
        ((JUST,), "€3.00", "–"),
    ],
)
def test_terms_are_said_in_a_few_words(pay, all_of_it, at_best):
    terms = Terms(currency="EUR", pay=pay)
    with translation.override("en"):
        assert pay_in_short(terms) == all_of_it
        assert best_pay(terms) == at_best


def test_what_every_order_pays_comes_before_what_some_do():
    terms = Terms(currency="EUR", pay=(TEN, Percent(rate_ppm=120_000, when=NEW)))
    with translation.override("en"):
        assert general_pay(terms) == "10%"


@pytest.mark.parametrize(
    ("renewals", "said"),
    [
        (Between(), "For the first order and for all renewals."),
        (Between(most=0), "Only for the first order, not for renewals."),
        (Between(most=3), "Only for the first order and renewals up to number 3."),
        (Between(least=1), "Only for renewals from number 1 on."),
        (Between(least=3, most=3), "Only for renewal number 3."),
        (Between(least=2, most=12), "Only for renewals from number 2 to number 12."),
    ],
)
def test_numbers_of_renewals_read_as_people_count_them(renewals, said):
    with translation.override("en"):
        assert conditions(When(renewals=renewals), "EUR") == [said]


def test_no_notice_and_no_tail_are_said_as_such():
    terms = Terms(currency="EUR", pay=(TEN,), ending=Ending(notice_days=0, tail_days=0))
    with translation.override("en"):
        assert text(terms)[-1] == (
            "A change for the worse, or the end, needs no notice. After the end, no earlier click "
            "counts."
        )
