from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.money import PPM, apply_ppm, exponent, is_currency, round_half_away, split

amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(amounts, weights)
def test_the_parts_add_up_to_the_whole(amount_minor, weights):
    assert sum(split(amount_minor, weights)) == amount_minor


@given(amounts, weights)
def test_a_refund_takes_back_what_its_sale_gave(amount_minor, weights):
    assert split(-amount_minor, weights) == [-part for part in split(amount_minor, weights)]


@given(amounts, weights)
def test_no_part_is_a_unit_away_from_its_exact_share(amount_minor, weights):
    total = sum(weights)
    for part, weight in zip(split(amount_minor, weights), weights, strict=True):
        assert abs(part * total - amount_minor * weight) < total


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        split(100, weights)


@given(amounts, st.integers(0, PPM))
def test_a_rate_rounds_as_decimal_arithmetic_does(amount_minor, rate_ppm):
    exact = Decimal(amount_minor) * rate_ppm / PPM
    # In the decimal module "half up" means away from zero.
    assert apply_ppm(amount_minor, rate_ppm) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("numerator", "nearest"), [(5, 1), (-5, -1), (4, 0), (-4, 0), (15, 2)])
def test_halves_go_away_from_zero(numerator, nearest):
    assert round_half_away(numerator, 10) == nearest


def test_a_denominator_is_positive():
    with pytest.raises(ValueError, match="positive"):
        round_half_away(1, 0)


def test_digits_are_those_of_iso_4217_and_not_of_cldr():
    assert [exponent(c) for c in ("EUR", "RSD", "JPY", "IQD", "KWD")] == [2, 2, 0, 3, 3]
    with pytest.raises(ValueError, match="Not a currency"):
        exponent("XXX")


def test_every_currency_that_is_tender_somewhere_is_known():
    tender = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, until, is_tender in currencies
        if until is None and is_tender
    }
    assert [code for code in sorted(tender) if not is_currency(code)] == []
