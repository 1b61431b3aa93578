"""What a month would earn is what evaluation and settling make of its orders, to the cent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine import estimate as estimating
from handsel.engine.agreements import AgreementVersion
from handsel.engine.estimate import Month, estimate, likely
from handsel.engine.settling import PeriodInputs, period_of, settle, standings_before
from handsel.engine.terms import (
    Cap,
    Excluded,
    Fixed,
    Floor,
    Lead,
    Milestone,
    Percent,
    PerClick,
    Rolling,
    SignUp,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    When,
)
from handsel.engine.terms.library import templates
from handsel.engine.terms.tests.everything import EVERYTHING

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
STEPS = (TierStep(start=100_000, rate_ppm=70_000), TierStep(start=200_000, rate_ppm=90_000))
MONTH = Month(
    visits=2_000, buyers_ppm=20_000, order_minor=6_000, new_ppm=500_000, returned_ppm=75_000
)


def terms(*pay, **sections):
    return Terms(currency="EUR", pay=pay, **sections)


def tiered(period="month", mode="marginal"):
    return Percent(rate_ppm=50_000, tiers=Tiers(period=period, mode=mode, steps=STEPS))


def test_orders_that_come_back_earn_nothing():
    found = estimate(terms(Percent(rate_ppm=100_000)), MONTH, at=AT)

    assert (found.orders, found.new, found.returned) == (40, 20, 4)
    assert found.amount_minor == 36 * 600


def test_tiers_are_settled_with_the_month_and_say_when_they_were_reached():
    found = estimate(terms(tiered()), MONTH, at=AT)

    assert found.amount_minor == 5_000 + 7_000 + 1_440
    assert [(one.step, one.rate_ppm, one.at.day) for one in found.reached] == [
        (1, 70_000, 15),
        (2, 90_000, 28),
    ]


def test_new_customers_are_paid_by_their_own_rule():
    bonus = Fixed(amount_minor=300, currency="EUR", when=When(customer="new"))
    found = estimate(terms(Percent(rate_ppm=100_000), bonus), MONTH, at=AT)

    assert [(one.clause, one.orders) for one in found.sums] == [(2, 36), (3, 18)]
    assert found.amount_minor == 36 * 600 + 18 * 300


def test_rules_that_ask_for_what_is_not_said_are_left_out_aloud():
    hats = Percent(rate_ppm=200_000, when=When(skus=("HAT",)))
    found = estimate(
        terms(
            Percent(rate_ppm=100_000),
            hats,
            Excluded(when=When(skus=("GIFT",))),
            bonuses=(SignUp(amount_minor=1_000, currency="EUR"),),
        ),
        MONTH,
        at=AT,
    )

    assert (found.left_out, found.once) == ((3,), (9,))


def test_clicks_are_paid_by_the_day_and_capped_with_the_month():
    click = PerClick(amount_minor=10, currency="EUR")
    cap = Cap(per="partner", period="month", amount_minor=15_000, currency="EUR")

    assert estimate(terms(click), MONTH, at=AT).amount_minor == 20_000
    assert estimate(terms(click, caps=(cap,)), MONTH, at=AT).amount_minor == 15_000


def test_leads_are_paid_as_leads():
    found = estimate(terms(Lead(amount_minor=900, currency="EUR")), MONTH, at=AT)

    assert (found.event, found.orders) == ("lead", 40)
    assert found.amount_minor == 36 * 900


def test_a_floor_is_paid_in_a_month_without_a_visit():
    floor = Floor(per="partner", period="month", amount_minor=1_000, currency="EUR")
    nobody = MONTH.model_copy(update={"visits": 0})
    found = estimate(terms(Percent(rate_ppm=100_000), floors=(floor,)), nobody, at=AT)

    assert found.amount_minor == 1_000


def test_a_rule_holds_for_the_part_of_the_month_that_its_time_covers():
    half = TimeBox(until=datetime(2026, 3, 16, 12, tzinfo=UTC))
    whole = MONTH.model_copy(update={"returned_ppm": 0})
    found = estimate(terms(Percent(rate_ppm=100_000, valid=half)), whole, at=AT)

    assert found.amount_minor == 20 * 600


def test_rolling_tiers_start_from_what_engine_standings_say():
    """The running sums are those of `standings_before`, asked of every order."""
    agreed = terms(tiered(Rolling(days=10)))
    end = period_of(AT, "month", "UTC")[1]
    start = period_of(AT, "month", "UTC")[0]
    made = list(estimating._orders(agreed, MONTH, 40, "sale", start, end))
    members = [order.member for order in made]

    for number, member in enumerate(members):
        (standing,) = standings_before(
            member.occurred_at, member.order, "estimate", {"estimate": agreed}, members
        )
        rolling = estimating._Standings(agreed)
        for before in members[:number]:
            rolling.add(before)
        assert rolling.before(member.occurred_at) == {2: standing.counted_before}


@given(
    visits=st.integers(0, 3_000),
    buyers_ppm=st.integers(0, 50_000),
    order_minor=st.integers(1, 50_000),
    new_ppm=st.integers(0, 1_000_000),
    returned_ppm=st.integers(0, 1_000_000),
    place=st.integers(0, len(templates())),
)
def test_the_lines_of_any_month_add_up_to_its_amount(place, **said):
    agreed = EVERYTHING if place == len(templates()) else templates()[place].terms
    found = estimate(agreed, Month(**said), at=AT)

    assert found.amount_minor == sum(one.amount_minor for one in found.sums)
    assert found.returned <= found.orders


@given(minor=st.integers(1, 20_000), mode=st.sampled_from(["marginal", "retroactive"]))
def test_a_month_is_what_its_orders_and_its_settlement_come_to(minor, mode):
    agreed = terms(tiered(mode=mode), bonuses=(_goal(),))
    month = MONTH.model_copy(update={"order_minor": minor})
    start, end = period_of(AT, "month", "UTC")
    made = list(estimating._orders(agreed, month, 40, "sale", start, end))
    version = AgreementVersion(
        agreement="estimate", partnership="estimate", number=1, terms=agreed, valid_from=start
    )
    settled = settle(
        PeriodInputs(
            partnership="estimate",
            period="month",
            start=start,
            end=end,
            agreements=(version,),
            members=tuple(order.member for order in made),
            clicks=2_000,
        )
    )
    at_once = sum(order.earning.amount_minor for order in made)

    assert estimate(agreed, month, at=AT).amount_minor == at_once + settled.amount_minor


def _goal():
    return Milestone(
        measure="orders", reaches=30, period="month", amount_minor=2_000, currency="EUR"
    )


def test_orders_lie_within_the_month_of_the_terms_own_time_zone():
    agreed = terms(Percent(rate_ppm=100_000), time_zone="Pacific/Auckland")
    start, end = period_of(AT, "month", "Pacific/Auckland")
    made = estimating._orders(agreed, MONTH, 40, "sale", start, end)

    assert all(start <= order.member.occurred_at < end for order in made)
    assert end - start > timedelta(days=30)


def test_more_orders_than_are_computed_are_refused():
    with pytest.raises(ValueError, match="too many"):
        estimate(terms(Percent(rate_ppm=1)), MONTH.model_copy(update={"visits": 1_000_000}), at=AT)


@pytest.mark.parametrize(("orders", "range_"), [(0, (0, 0)), (1, (0, 2)), (100, (87, 113))])
def test_chance_spreads_orders_by_the_root_of_their_number(orders, range_):
    assert likely(orders) == range_
