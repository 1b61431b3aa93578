"""Terms that make no sense are refused where they would be saved, and nothing is changed."""

import pytest
from django.utils import translation

from handsel.engine.terms import Fixed, Known, Percent, Terms, When, problems
from handsel.programs.nonsense import TermsMakeNoSense, refuse_nonsense
from handsel.programs.services import change_group_terms, create_group

TEN = Percent(rate_ppm=100_000)
UNDER = Terms.model_validate_json(
    """{"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 100000}],
        "caps": [{"per": "order", "amount_minor": 100, "currency": "EUR"}],
        "floors": [{"per": "order", "amount_minor": 200, "currency": "EUR"}]}"""
)


def test_a_group_keeps_its_terms_when_the_next_make_no_sense(program, ada):
    group = program.groups.get()
    before = group.terms

    with translation.override("en"), pytest.raises(TermsMakeNoSense) as refused:
        change_group_terms(group.pk, UNDER, actor=ada)

    assert refused.value.field == "caps.0.amount_minor"
    assert refused.value.message == "§7 pays at most €1.00, §8 at least €2.00 of the same."
    assert refused.value.remedy == "Raise the one or lower the other."
    group.refresh_from_db()
    assert group.terms == before


def test_a_new_group_with_such_terms_is_not_made(program, ada):
    with pytest.raises(TermsMakeNoSense):
        create_group(program, name="Magazines", terms=UNDER, actor=ada)

    assert program.groups.count() == 1


def test_what_is_only_warned_of_is_saved():
    twice = Fixed(amount_minor=100, currency="EUR")
    terms = Terms(currency="EUR", pay=(twice, twice))

    assert problems(terms)
    refuse_nonsense(terms)


def test_names_are_held_against_what_the_program_has():
    terms = Terms(currency="EUR", pay=(TEN, Percent(rate_ppm=1, when=When(skus=("HTA",)))))

    refuse_nonsense(terms)
    with pytest.raises(TermsMakeNoSense):
        refuse_nonsense(terms, known=Known(skus=frozenset({"HAT"})))
