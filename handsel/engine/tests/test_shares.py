"""How an order's credit is shared."""

from datetime import timedelta
from fractions import Fraction

import pytest

from handsel.engine.attribution import attribute
from handsel.engine.attribution.shares import decay_weights, position_weights
from handsel.engine.attribution.values import CreditRules
from handsel.engine.money import split
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, click, code
from handsel.engine.tests.test_precedence import DINA, all_under, verdicts


def shares(touches, **rules):
    found = attribute(touches, ORDERED, all_under(**rules))
    total = sum(credit.weight for credit in found.credits)
    return {c.partnership: Fraction(c.weight, total) for c in found.credits}


THREE = [click(14), click(7, CLEO), click(0, DINA)]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("last_click", {DINA: 1}),
        ("first_click", {BEN: 1}),
        ("linear", {BEN: Fraction(1, 3), CLEO: Fraction(1, 3), DINA: Fraction(1, 3)}),
        ("position", {BEN: Fraction(2, 5), CLEO: Fraction(1, 5), DINA: Fraction(2, 5)}),
        ("time_decay", {BEN: Fraction(1, 7), CLEO: Fraction(2, 7), DINA: Fraction(4, 7)}),
    ],
)
def test_three_partners_share_as_the_model_says(model, expected):
    assert shares(THREE, model=model) == expected


def test_position_gives_forty_twenty_forty_and_two_halves():
    def fractions(size):
        weights = position_weights(size)
        return [Fraction(weight, sum(weights)) for weight in weights]

    assert fractions(4) == [Fraction(2, 5), Fraction(1, 10), Fraction(1, 10), Fraction(2, 5)]
    assert fractions(2) == [Fraction(1, 2)] * 2
    assert fractions(1) == [1]


def test_a_commission_of_a_euro_is_shared_to_the_cent():
    found = attribute(THREE, ORDERED, all_under(model="linear"))
    assert split(100, [credit.weight for credit in found.credits]) == [34, 33, 33]


def test_time_decay_looks_at_the_distance_of_touches_not_at_their_age():
    older = [click(28), click(21, CLEO), click(14, DINA)]
    assert shares(older, model="time_decay") == shares(THREE, model="time_decay")


def test_time_decay_is_the_same_number_everywhere():
    ages = [timedelta(days=-25), timedelta(days=-3, microseconds=1), timedelta(hours=-1)]
    assert decay_weights(ages, CreditRules(half_life_days=3)) == [3100, 500_000, 990_419]
    far = timedelta(days=-3650)
    assert decay_weights([far], CreditRules(half_life_days=1)) == [1]


def test_a_half_life_is_the_agreements():
    assert shares(THREE[1:], model="time_decay", half_life_days=1) == {
        CLEO: Fraction(7812, 7812 + 1_000_000),
        DINA: Fraction(1_000_000, 7812 + 1_000_000),
    }


def test_several_touches_of_a_partner_make_one_credit():
    journey = [click(9), click(7, CLEO), click(5), click(3)]
    found = attribute(journey, ORDERED, all_under(model="linear"))

    assert {c.partnership: c.weight for c in found.credits} == {BEN: 3, CLEO: 1}
    assert verdicts(found) == ["shares", "credited", "shares", "credited"]
    assert found.verdicts[3].params == {"by": "linear", "weight": 3, "weights": 4}
    assert [c.touch_id for c in found.credits] == ["tch_par_cleo_7", "tch_par_ben_3"]


def test_a_single_credit_weighs_one_however_many_touches_it_has():
    [credit] = attribute([click(9), click(5)], ORDERED, all_under(model="linear")).credits
    assert credit.weight == 1
    assert "weight" not in credit.model_dump()


FLOOR = {"introducer_floor_ppm": 200_000}


@pytest.mark.parametrize(
    ("journey", "rules", "expected"),
    [
        ([click(9), click(1, CLEO)], {}, {BEN: Fraction(1, 5), CLEO: Fraction(4, 5)}),
        ([click(9), code(CLEO)], {}, {BEN: Fraction(1, 5), CLEO: Fraction(4, 5)}),
        ([click(9), click(5, CLEO), click(1)], {}, {BEN: 1}),
        (
            [click(9), click(1, CLEO)],
            {"model": "linear"},
            {BEN: Fraction(1, 2), CLEO: Fraction(1, 2)},
        ),
        (
            [click(9), *(click(day, CLEO) for day in range(1, 9))],
            {"model": "linear"},
            {BEN: Fraction(1, 5), CLEO: Fraction(4, 5)},
        ),
        ([click(9), code(CLEO)], {"precedence": ("code",)}, {CLEO: 1}),
        (
            [click(14), click(7, CLEO), click(0, DINA)],
            {"model": "time_decay"},
            {BEN: Fraction(1, 5), CLEO: Fraction(4, 15), DINA: Fraction(8, 15)},
        ),
    ],
)
def test_whoever_introduced_the_customer_gets_at_least_the_floor(journey, rules, expected):
    assert shares(journey, **FLOOR | rules) == expected


def test_the_receipt_says_that_a_share_was_lifted():
    found = attribute([click(9), click(1, CLEO)], ORDERED, all_under(**FLOOR))

    assert [step.code for step in found.steps] == ["credit_rules", "introducer_floor"]
    assert found.steps[1].params == {"touch": "tch_par_ben_9", "floor_ppm": 200_000}
    assert verdicts(found) == ["credited", "credited"]


@pytest.mark.parametrize(
    ("journey", "rules"),
    [
        ([click(9), click(1, CLEO)], {"model": "linear", "introducer_floor_ppm": 500_000}),
        ([click(9), click(1)], FLOOR),
        ([code()], FLOOR),
    ],
)
def test_a_share_that_reaches_the_floor_is_not_lifted(journey, rules):
    found = attribute(journey, ORDERED, all_under(**rules))
    assert "introducer_floor" not in [step.code for step in found.steps]
