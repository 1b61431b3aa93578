import pytest
from pydantic import ValidationError

from handsel.engine.terms import Percent, Terms, When
from handsel.engine.terms.conditions import CONDITIONS_MAX, DEPTH_MAX
from handsel.engine.terms.conflicts import overlaps


def nested(depth):
    return When(skus=("A",)) if depth == 1 else When(any_of=(nested(depth - 1),))


def test_conditions_nest_five_deep_and_no_deeper():
    assert nested(DEPTH_MAX).depth == DEPTH_MAX
    with pytest.raises(ValidationError, match="5 deep"):
        nested(DEPTH_MAX + 1)


def test_a_rule_has_a_hundred_conditions_and_no_more():
    many = tuple(When(skus=(str(number),)) for number in range(CONDITIONS_MAX))

    assert When(any_of=many[1:]).size == CONDITIONS_MAX
    with pytest.raises(ValidationError, match="more than 100"):
        When(any_of=many)


def test_rules_that_rule_each_other_out_are_no_tie():
    hats = When(categories=("hats",))
    others = When(none_of=(hats,))

    assert not overlaps(hats, others)
    assert Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=1, when=When(any_of=(hats,))),
            Percent(rate_ppm=2, when=When(any_of=(When(categories=("socks",)),))),
        ),
    )
