"""Several orders on a sheet come to what their periods settle, computed without a server."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.earning.tiers import bands, marginal_ppm
from handsel.engine.money import PPM, round_half_away
from handsel.engine.terms import Cap, Fixed, Milestone, Percent, Terms, Tiers, TierStep
from handsel.engine.terms.months import OrdersSheet, computed

NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)
STEPS = (TierStep(start=100_000, rate_ppm=70_000), TierStep(start=500_000, rate_ppm=90_000))
TIERED = Percent(rate_ppm=50_000, tiers=Tiers(period="month", mode="marginal", steps=STEPS))
MONTH = Terms(currency="EUR", pay=(TIERED,))


def sheet(*amounts, days=1):
    orders = [
        {
            "currency": "EUR",
            "occurred_at": NOON + timedelta(days=days * number),
            "lines": [{"gross_minor": amount_minor}],
        }
        for number, amount_minor in enumerate(amounts)
    ]
    return OrdersSheet.model_validate({"orders": orders}, strict=False)


def test_a_month_of_orders_comes_to_what_its_tiers_give():
    found = computed(MONTH, sheet(400_000, 200_000))

    assert [earning.amount_minor for earning in found.earnings] == [20_000, 10_000]
    assert [settlement.amount_minor for settlement in found.settlements] == [12_000]
    assert found.total_minor == 42_000


@given(st.lists(st.integers(1, 300_000), min_size=1, max_size=6))
def test_the_whole_of_a_month_is_the_table_read_at_its_volume(amounts):
    exact_ppm = marginal_ppm(bands(TIERED), sum(amounts))
    assert computed(MONTH, sheet(*amounts)).total_minor == round_half_away(exact_ppm, PPM)


def test_orders_of_two_months_are_settled_apart():
    found = computed(MONTH, sheet(100_000, 200_000, days=30))

    assert [settlement.subject for settlement in found.settlements] == [
        "month:2026-09-01",
        "month:2026-10-01",
    ]
    assert [settlement.amount_minor for settlement in found.settlements] == [0, 2_000]


def test_a_longer_period_counts_what_shorter_ones_have_added():
    cap = Cap(per="partner", period="quarter", amount_minor=40_000, currency="EUR")
    found = computed(MONTH.model_copy(update={"caps": (cap,)}), sheet(400_000, 200_000))

    assert [settlement.amount_minor for settlement in found.settlements] == [12_000, -2_000]
    assert found.total_minor == 40_000


@pytest.mark.parametrize(("reaches", "bonus_minor"), [(2, 500), (3, 0)])
def test_milestones_are_paid_once_they_are_reached(reaches, bonus_minor):
    milestone = Milestone(
        measure="orders", reaches=reaches, period="month", amount_minor=500, currency="EUR"
    )
    terms = Terms(
        currency="EUR", pay=(Fixed(amount_minor=1, currency="EUR"),), bonuses=(milestone,)
    )
    assert computed(terms, sheet(100, 100)).total_minor == 2 + bonus_minor


def test_without_periods_there_is_nothing_to_settle():
    budget = Cap(per="program", period="month", amount_minor=1, currency="EUR")
    terms = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),), caps=(budget,))

    assert computed(terms, sheet(1_000)).settlements == ()
