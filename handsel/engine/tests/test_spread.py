import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.spread import bands, median, quantile, two_figures

earnings = st.lists(st.integers(min_value=1, max_value=10_000_000), min_size=1, max_size=60)


@given(earnings)
def test_every_value_is_in_one_band(values):
    assert sum(bands(values, unit=100).counts) == len(values)


@given(earnings)
def test_the_typical_band_holds_the_median(values):
    found = bands(values, unit=100)
    upper = (*found.edges[1:], max(values) + 1)

    assert found.edges[found.typical] <= median(values) < upper[found.typical]


@given(earnings)
def test_nobody_stands_alone_at_the_top(values):
    found = bands(values, unit=100)

    assert len(found.counts) == 2 or found.counts[-1] >= 3


@given(earnings, st.integers(min_value=0, max_value=1000))
def test_a_quantile_lies_among_the_values(values, per_mille):
    assert min(values) <= quantile(values, per_mille) <= max(values)


def test_a_median_among_hundreds_is_told_in_round_bands():
    assert bands([39_000] * 5, unit=100).edges == (0, 10_000, 20_000)
    assert bands([9_400] * 5 + [100_000] * 3, unit=100).edges[:4] == (0, 2_500, 5_000, 10_000)


def test_a_currency_without_minor_unit_has_round_bands_too():
    assert bands([12_000, 14_000, 80_000, 90_000, 95_000], unit=1).edges[1] == 25_000


def test_nothing_has_no_spread():
    with pytest.raises(ValueError, match="nothing"):
        median([])


@given(st.integers(min_value=0, max_value=10**12))
def test_two_figures_are_within_a_twentieth(value):
    assert abs(two_figures(value) - value) * 20 <= value
