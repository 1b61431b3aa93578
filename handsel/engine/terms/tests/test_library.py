import pytest

from handsel.engine.terms import Known, canonical, problems
from handsel.engine.terms.example import example
from handsel.engine.terms.library import NAMES, RANGES, ranges, templates

ALL = templates()


@pytest.mark.parametrize("template", ALL, ids=NAMES)
def test_a_template_makes_sense_at_the_margin_it_is_made_for(template):
    assert problems(template.terms, known=Known(margin_ppm=template.margin_ppm)) == []


@pytest.mark.parametrize("template", ALL, ids=NAMES)
def test_a_template_pays_something_for_its_own_example(template):
    assert example(template.terms).evaluation.amount_minor > 0


def test_templates_come_in_the_currency_of_the_program():
    for template in templates("SEK"):
        text = canonical(template.terms).decode()
        assert template.terms.currency == "SEK"
        assert "EUR" not in text


def test_ranges_are_of_members_that_exist_and_templates_lie_within_them():
    for known in RANGES:
        section, member = known.field.split(".")
        values = [getattr(getattr(template.terms, section), member) for template in ALL]
        assert ranges(known.field) == (known,)
        assert all(known.least <= value <= known.most for value in values)
