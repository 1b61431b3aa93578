"""Tiers of a period: reference values, several versions, and what always holds."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.commission import Inputs, judge
from handsel.engine.earning.tiers import bands, marginal_ppm, rate_at
from handsel.engine.money import PPM, round_half_away
from handsel.engine.orders import fold
from handsel.engine.settling import member_of, standings_before
from handsel.engine.settling.tests.cast import (
    DAY,
    FIRST,
    STEPS,
    lines,
    member,
    month,
    terms,
    tiered,
    total_minor,
)
from handsel.engine.terms import (
    AttributionTerms,
    Fixed,
    Percent,
    Rolling,
    Tiers,
    TierStep,
    When,
    clause_number,
)
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, agreement, click, sale

MARGINAL, RETROACTIVE = terms(tiered()), terms(tiered("retroactive"))


def members(amounts, agreed, start=0):
    return [
        member(f"L-{place}", minor, agreed, at=FIRST + timedelta(hours=1 + place + start))
        for place, minor in enumerate(amounts)
    ]


def test_the_reference_values_of_the_field():
    """Edges 0, 1,000, 5,000, 20,000; 5, 7, 9, 12 %: 6,000 earn 540.00 or 420.00."""
    orders = members([250_000, 250_000, 100_000], RETROACTIVE)
    assert total_minor(orders, month(orders, RETROACTIVE)) == 54_000

    orders = members([250_000, 250_000, 100_000], MARGINAL)
    settlement = month(orders, MARGINAL)
    assert total_minor(orders, settlement) == 42_000
    assert lines(settlement) == [(2, "tiers", 42_000), (2, "paid", -30_000)]


@pytest.mark.parametrize(
    ("volume_minor", "marginal_minor", "retroactive_minor"),
    [
        (0, 0, 0),
        (99_999, 5_000, 5_000),
        (100_000, 5_000, 7_000),
        (100_001, 5_000, 7_000),
        (499_999, 33_000, 35_000),
        (500_000, 33_000, 45_000),
        (2_000_000, 168_000, 240_000),
        (3_000_000, 288_000, 360_000),
    ],
)
def test_a_step_is_reached_at_its_start(volume_minor, marginal_minor, retroactive_minor):
    for agreed, expected_minor in ((MARGINAL, marginal_minor), (RETROACTIVE, retroactive_minor)):
        orders = members([volume_minor], agreed)
        assert total_minor(orders, month(orders, agreed)) == expected_minor


BY_ORDERS = TierStep(start=3, rate_ppm=100_000), TierStep(start=5, rate_ppm=200_000)


def test_by_number_each_order_is_paid_by_its_place_or_all_by_the_last():
    by_place = terms(tiered(measure="orders", steps=BY_ORDERS))
    orders = members([1000] * 5, by_place)
    assert total_minor(orders, month(orders, by_place)) == 50 + 50 + 100 + 100 + 200

    by_last = terms(tiered("retroactive", measure="orders", steps=BY_ORDERS))
    orders = members([1000] * 5, by_last)
    assert total_minor(orders, month(orders, by_last)) == 5 * 200


def test_rates_that_fall_take_back_from_the_period():
    falling = terms(tiered(steps=(TierStep(start=1000, rate_ppm=10_000),)))
    orders = members([1000, 1000], falling)
    settlement = month(orders, falling)
    assert (settlement.amount_minor, total_minor(orders, settlement)) == (-40, 60)


def test_without_tiers_of_this_period_there_is_nothing_to_settle():
    plain = terms(Percent(rate_ppm=50_000))
    assert lines(month(members([70_000], plain), plain)) == []
    quarterly = terms(tiered(period="quarter"))
    orders = members([600_000], quarterly)
    assert lines(month(orders, quarterly)) == []
    assert total_minor(orders, month(orders, quarterly, period="quarter")) == 42_000


def test_only_what_the_rule_itself_paid_counts_for_its_tiers():
    agreed = terms(
        tiered(),
        Percent(rate_ppm=200_000, when=When(customer="new")),
        Fixed(amount_minor=300, currency="EUR"),
    )
    orders = [
        member("L-1", 600_000, agreed),
        member("L-2", 900_000, agreed, customer_is_new=True),
    ]
    settlement = month(orders, agreed)
    assert lines(settlement) == [(2, "tiers", 42_000), (2, "paid", -30_000)]


# ---- Several versions ----------------------------------------------------------------------------

SINCE = (ORDERED - FIRST).total_seconds() / 86_400 - 15
STEEPER = tiered(steps=(TierStep(start=100_000, rate_ppm=100_000),))


def two_versions(old, new):
    return agreement(terms=old, until=SINCE), agreement(terms=new, number=2, since=SINCE)


def test_each_version_is_read_at_the_whole_volume_and_pays_its_own_share():
    old, new = two_versions(MARGINAL, terms(STEEPER))
    orders = [
        member("L-1", 200_000, old, at=FIRST + DAY),
        member("L-2", 400_000, new, at=FIRST + 20 * DAY),
    ]
    settlement = month(orders, old, new)

    # Of 6,000.00 the old table pays 420.00 and the new one 50.00 + 500.00.
    assert lines(settlement) == [
        (2, "tiers", 14_000),
        (2, "paid", -10_000),
        (2, "tiers", round_half_away(55_000 * 2, 3)),
        (2, "paid", -20_000),
    ]


def test_of_versions_that_begin_together_the_later_number_decides():
    first, second = (
        agreement(terms=MARGINAL, number=number, since=SINCE, until=until)
        for number, until in ((1, SINCE), (2, None))
    )
    for versions in ((first, second), (second, first)):
        assert month([], *versions).agreement == "agr_par_ben_2"


def test_a_version_without_tiers_adds_to_the_volume_and_is_paid_no_more():
    old, new = two_versions(MARGINAL, terms(Percent(rate_ppm=50_000)))
    orders = [
        member("L-1", 200_000, old, at=FIRST + DAY),
        member("L-2", 400_000, new, at=FIRST + 20 * DAY),
    ]
    assert lines(month(orders, old, new)) == [(2, "tiers", 14_000), (2, "paid", -10_000)]


def test_a_rule_is_known_again_by_what_it_asks_for_wherever_it_stands():
    extra = Fixed(amount_minor=1, currency="EUR", when=When(skus=("NONE",)))
    old, new = two_versions(MARGINAL, terms(extra, tiered()))
    orders = [
        member("L-1", 300_000, old, at=FIRST + DAY),
        member("L-2", 300_000, new, at=FIRST + 20 * DAY),
    ]
    settlement = month(orders, old, new)
    assert total_minor(orders, settlement) == 42_000
    assert {line.clause for line in settlement.lines} == {2, 3}


# ---- Splits --------------------------------------------------------------------------------------


def test_a_shared_order_counts_and_is_topped_up_by_its_share():
    agreed = terms(tiered("retroactive"), attribution=AttributionTerms(model="linear"))
    versions = agreement(terms=agreed), agreement(CLEO, terms=agreed)
    at = FIRST + DAY
    fact = sale(200_001, order="L-1", at=at)
    touches = click(0, occurred_at=at - DAY), click(0, CLEO, occurred_at=at - 2 * DAY)
    inputs = Inputs(facts=(fact,), touches=touches, agreements=versions)
    [ours] = [member_of(judge(inputs, BEN), fold([fact]))]

    assert (ours.weight, ours.weights) == (1, 2)
    settlement = month([ours], versions[0])
    # Half of 2,000.01 is 1,000.01: at 7 % that is 70.00.
    assert total_minor([ours], settlement) == 7000


# ---- What always holds ---------------------------------------------------------------------------

amounts = st.lists(st.integers(0, 900_000), min_size=1, max_size=8)
starts = st.lists(st.integers(1, 2_000_000), min_size=1, max_size=4, unique=True)


@st.composite
def rising(draw, mode=None):
    """A percent rule whose tiers rise with the volume of a month."""
    edges = sorted(draw(starts))
    rates = sorted(draw(st.lists(st.integers(1, 400_000), min_size=5, max_size=5)))
    steps = tuple(
        TierStep(start=start, rate_ppm=rate) for start, rate in zip(edges, rates[1:], strict=False)
    )
    mode = mode or draw(st.sampled_from(["marginal", "retroactive"]))
    return Percent(rate_ppm=rates[0], tiers=Tiers(period="month", mode=mode, steps=steps))


def whole_minor(rule, volume_minor):
    """F of the whole volume, straight from its definition."""
    table = bands(rule)
    if rule.tiers.mode == "retroactive":
        return round_half_away(volume_minor * rate_at(table, volume_minor), PPM)
    return round_half_away(marginal_ppm(table, volume_minor), PPM)


@given(rising(), amounts)
def test_in_one_version_orders_and_settlement_make_just_what_the_table_says(rule, minors):
    agreed = terms(rule)
    orders = members(minors, agreed)
    expected_minor = whole_minor(rule, sum(minors))
    assert total_minor(orders, month(orders, agreed)) == expected_minor


@given(rising(), rising(), amounts, st.randoms(use_true_random=False), st.booleans())
def test_no_order_of_arrival_changes_a_settlement(one, other, minors, random, by_number):
    if by_number:
        tiers = one.tiers.model_copy(update={"measure": "orders", "steps": BY_ORDERS})
        one = one.model_copy(update={"tiers": tiers})
    old, new = two_versions(terms(one), terms(other))
    orders = [
        member(f"L-{place}", minor, (old, new)[place % 2], at=FIRST + DAY * (1 + 18 * (place % 2)))
        for place, minor in enumerate(minors)
    ]
    settled = month(orders, old, new)
    random.shuffle(orders)
    assert month(orders, new, old) == settled


@given(rising(), amounts, st.integers(1, 100_000))
def test_more_volume_never_pays_less(rule, minors, more_minor):
    agreed = terms(rule)
    orders = members(minors, agreed)
    larger = members([*minors[:-1], minors[-1] + more_minor], agreed)
    before, after = month(orders, agreed), month(larger, agreed)
    assert total_minor(larger, after) >= total_minor(orders, before)


@given(rising(), amounts, st.integers(1, 900_000))
def test_an_order_that_went_back_whole_is_as_if_it_had_never_been_sold(rule, minors, gone_minor):
    agreed = terms(rule)
    orders = members(minors, agreed)
    gone = member("L-gone", gone_minor, agreed, back_minor=gone_minor)
    with_it, without = month([*orders, gone], agreed), month(orders, agreed)
    assert (with_it.amount_minor, with_it.lines) == (without.amount_minor, without.lines)


@given(rising(), rising(), amounts)
def test_every_line_is_the_rounded_value_of_its_fraction(one, other, minors):
    old, new = two_versions(terms(one), terms(other))
    orders = [
        member(f"L-{place}", minor, (old, new)[place % 2], at=FIRST + DAY * (1 + 18 * (place % 2)))
        for place, minor in enumerate(minors)
    ]
    settlement = month(orders, old, new)
    assert settlement.amount_minor == sum(line.amount_minor for line in settlement.lines)
    for line in settlement.lines:
        exact = Fraction(line.numerator, line.denominator)
        assert line.amount_minor == round_half_away(exact.numerator, exact.denominator)


# ---- Rolling standings ---------------------------------------------------------------------------


def test_a_standing_counts_the_days_before_and_not_the_order_itself():
    rule = Percent(
        rate_ppm=50_000, tiers=Tiers(period=Rolling(days=10), mode="marginal", steps=STEPS)
    )
    agreed = terms(rule)
    at = FIRST + 20 * DAY
    tick = timedelta(microseconds=1)
    orders = [
        member("L-too-old", 1, agreed, at=at - 10 * DAY - tick),
        member("L-just-in", 20, agreed, at=at - 10 * DAY),
        member("L-0", 300, agreed, at=at),
        member("L-5", 4000, agreed, at=at),
        member("L-9", 50_000, agreed, at=at),
        member("L-later", 600_000, agreed, at=at + tick),
    ]
    [standing] = standings_before(at, "L-5", "agr_par_ben_1", {"agr_par_ben_1": agreed}, orders)
    assert (standing.clause, standing.counted_before) == (clause_number(0), 320)
