"""Milestones, budgets, floors and caps of a period."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.settling import AlsoEarned, BudgetSpent, PeriodInputs, Spending, settle, spent
from handsel.engine.settling.tests.cast import (
    DAY,
    FIRST,
    NEXT,
    lines,
    member,
    month,
    terms,
    tiered,
    total_minor,
)
from handsel.engine.terms import Cap, Floor, Hold, Lead, Milestone, Percent, TimeBox
from handsel.engine.tests.cast import BEN, ORDERED, agreement

TENTH = Percent(rate_ppm=100_000)
HOUR = timedelta(hours=1)


def orders(amounts, agreed, **fields):
    return [
        member(f"L-{place}", minor, agreed, at=FIRST + place * HOUR, **fields)
        for place, minor in enumerate(amounts)
    ]


# ---- Milestones ----------------------------------------------------------------------------------


def goal(measure="orders", reaches=3, **fields):
    base: dict[str, Any] = {"period": "month", "amount_minor": 5000, "currency": "EUR"}
    return Milestone(measure=measure, reaches=reaches, **(base | fields))


@pytest.mark.parametrize(("count", "every", "times"), [
    (2, False, 0), (3, False, 1), (7, False, 1), (2, True, 0), (3, True, 1), (7, True, 2),
])  # fmt: skip
def test_a_milestone_pays_once_or_each_time_it_is_reached(count, every, times):
    agreed = terms(TENTH, bonuses=(goal(every=every),))
    settlement = month(orders([1000] * count, agreed), agreed)
    assert settlement.amount_minor == times * 5000
    assert [line.quantity for line in settlement.lines] == ([times] if times else [])


def test_each_measure_counts_what_its_name_says():
    agreed = terms(
        TENTH,
        Lead(amount_minor=100, currency="EUR"),
        bonuses=(
            goal("orders", 3),
            goal("new_customers", 2),
            goal("leads", 1),
            goal("basis", 5500),
            goal("commission", 650),
            goal("clicks", 40),
        ),
    )
    found = [
        *orders([1000, 2000], agreed, customer_is_new=True),
        member("L-8", 2500, agreed, customer_is_new=False),
        member("L-9", 0, agreed, event="lead", customer_is_new=True),
    ]
    settlement = month(found, agreed, clicks=40)
    measured = [
        step.params.get("counted", step.params.get("counted_minor"))
        for step in settlement.steps
        if step.code == "measured"
    ]
    assert measured == [3, 2, 1, 5500, 650, 40]
    assert settlement.amount_minor == 6 * 5000


def test_what_went_back_does_not_count_for_a_milestone():
    agreed = terms(TENTH, bonuses=(goal(reaches=1),))
    assert month([member("L-1", 1000, agreed, back_minor=1000)], agreed).amount_minor == 0


def test_a_season_counts_its_own_days_only():
    season = TimeBox(since=FIRST + 10 * DAY, until=FIRST + 20 * DAY)
    agreed = terms(TENTH, bonuses=(goal(reaches=1, valid=season),))
    before = member("L-1", 1000, agreed, at=FIRST + 10 * DAY - HOUR)
    within = member("L-2", 1000, agreed, at=FIRST + 10 * DAY)
    assert month([before], agreed).amount_minor == 0
    assert month([before, within], agreed).amount_minor == 5000


SINCE = (ORDERED - FIRST).total_seconds() / 86_400 - 15


def two_versions(old, new):
    return agreement(terms=old, until=SINCE), agreement(terms=new, number=2, since=SINCE)


def test_what_was_reached_before_new_terms_stays_paid_and_is_not_paid_twice():
    old, new = two_versions(
        terms(TENTH, bonuses=(goal(),)), terms(TENTH, bonuses=(goal(amount_minor=9000),))
    )
    early = orders([1000] * 3, old)
    late = member("L-late", 1000, new, at=FIRST + 20 * DAY)
    assert lines(month([*early, late], old, new)) == [(7, "milestone", 5000)]
    # Reached under the new terms only: they pay.
    assert lines(month([*early[:2], late], old, new)) == [(7, "milestone", 9000)]


def test_a_milestone_that_the_new_terms_dropped_is_paid_where_it_was_reached():
    old, new = two_versions(terms(TENTH, bonuses=(goal(),)), terms(TENTH))
    early = orders([1000] * 3, old)
    late = member("L-late", 1000, new, at=FIRST + 20 * DAY)
    assert month(early, old, new).amount_minor == 5000
    assert month([*early[:2], late], old, new).amount_minor == 0


# ---- Floors and caps -----------------------------------------------------------------------------


def floor(amount_minor):
    return Floor(per="partner", period="month", amount_minor=amount_minor, currency="EUR")


def cap(amount_minor, **fields):
    base: dict[str, Any] = {"per": "partner", "period": "month", "currency": "EUR"}
    return Cap(amount_minor=amount_minor, **(base | fields))


def test_a_floor_is_paid_in_a_month_without_orders():
    agreed = terms(TENTH, floors=(floor(2500),))
    settlement = month([], agreed)
    assert lines(settlement) == [(7, "floor", 2500)]
    assert settlement.hold_until == NEXT + 30 * DAY


def test_a_cap_takes_back_what_is_above_it():
    agreed = terms(TENTH, caps=(cap(2500),))
    found = orders([20_000, 10_000], agreed)
    settlement = month(found, agreed)
    assert lines(settlement) == [(7, "cap", -500)]
    assert total_minor(found, settlement) == 2500


def test_a_cap_looks_at_clicks_and_shorter_periods_too():
    agreed = terms(TENTH, caps=(cap(2500),))
    also = AlsoEarned(
        kind="day", subject="spring:2026-09-02", agreement="agr_par_ben_1", amount_minor=600
    )
    assert month(orders([20_000], agreed), agreed, also=(also,)).amount_minor == -100


def test_an_order_keeps_what_no_cap_of_its_own_version_takes():
    old, new = two_versions(terms(TENTH), terms(TENTH, caps=(cap(2000),)))
    found = [
        member("L-1", 30_000, old, at=FIRST + DAY),
        member("L-2", 10_000, new, at=FIRST + 20 * DAY),
    ]
    # Of 40.00 in all the cap leaves half; the old version's 30.00 are none of its business.
    assert lines(month(found, old, new)) == [(7, "cap", -500)]


amounts = st.lists(st.integers(0, 400_000), max_size=6)


@given(amounts, st.integers(1, 50_000), st.integers(0, 50_000), st.booleans())
def test_the_month_lies_between_its_floor_and_its_cap(minors, least, more, two):
    agreed = terms(
        tiered(), floors=(floor(least),), caps=(cap(least + more),), bonuses=(goal(reaches=2),)
    )
    versions = two_versions(agreed, agreed) if two else (agreement(terms=agreed),)
    found = [
        member(
            f"L-{place}",
            minor,
            versions[place % len(versions)],
            at=FIRST + DAY * (1 + 18 * (place % len(versions))),
        )
        for place, minor in enumerate(minors)
    ]
    total = total_minor(found, month(found, *versions))
    # A cap that two versions share is rounded down for each of them.
    assert least - len(versions) + 1 <= total <= least + more


# ---- Budgets -------------------------------------------------------------------------------------

BUDGET = cap(3000, per="program")


def test_a_budget_is_spent_in_the_order_of_the_orders():
    at = [FIRST + place * HOUR for place in range(4)]
    spendings = [
        Spending(at[2], "L-3", "par_cleo", "agr_c", 1500),
        Spending(at[0], "L-1", BEN, "agr_b", 1000),
        Spending(at[1], "L-2", "par_cleo", "agr_c", 1500),
        Spending(at[3], "L-4", BEN, "agr_b", 10),
    ]
    assert spent(3000, spendings) == {
        (BEN, "agr_b"): (at[2], 0),
        ("par_cleo", "agr_c"): (at[2], 500),
    }
    assert spent(4010, spendings) == {}


def test_what_comes_after_the_budget_is_taken_back():
    agreed = terms(TENTH, caps=(BUDGET,))
    found = orders([10_000, 15_000, 15_000, 7000], agreed)
    budget = BudgetSpent(agreement="agr_par_ben_1", clause=7, at=FIRST + 2 * HOUR, rest_minor=500)
    settlement = month(found, agreed, spent=(budget,))
    assert lines(settlement) == [(7, "budget", -1000 - 700)]
    assert total_minor(found, settlement) == 3000


def test_what_a_budget_does_not_cover_fills_no_tiers():
    agreed = terms(tiered(), caps=(BUDGET,))
    found = orders([100_000, 100_000], agreed)
    budget = BudgetSpent(agreement="agr_par_ben_1", clause=7, at=FIRST + HOUR / 2, rest_minor=0)
    settlement = month(found, agreed, spent=(budget,))
    assert total_minor(found, settlement) == 5000


def test_orders_of_the_moment_a_budget_was_spent_still_fill_tiers():
    agreed = terms(tiered(), caps=(BUDGET,))
    found = orders([100_000, 100_000], agreed)
    budget = BudgetSpent(agreement="agr_par_ben_1", clause=7, at=FIRST + HOUR, rest_minor=5000)
    settlement = month(found, agreed, spent=(budget,))
    assert lines(settlement) == [(2, "tiers", 12_000), (2, "paid", -10_000)]


def test_what_a_months_budget_took_back_a_years_does_not_take_again():
    yearly = cap(9000, per="program", period="year")
    agreed = terms(TENTH, caps=(BUDGET, yearly))
    found = orders([30_000, 10_000, 20_000], agreed)
    spent_budgets = (
        BudgetSpent(agreement="agr_par_ben_1", clause=8, at=FIRST, rest_minor=2500),
        BudgetSpent(agreement="agr_par_ben_1", clause=7, at=FIRST + HOUR, rest_minor=0),
    )
    assert lines(month(found, agreed, spent=spent_budgets)) == [(7, "budget", -3000)]
    year = month(found, agreed, spent=spent_budgets, period="year")
    # Of the second and the third order there is nothing left to take.
    assert lines(year) == [(8, "budget", -500)]


def test_a_budget_of_another_period_takes_back_there():
    yearly = cap(3000, per="program", period="year")
    agreed = terms(TENTH, caps=(yearly,))
    found = orders([10_000, 30_000], agreed)
    budget = BudgetSpent(agreement="agr_par_ben_1", clause=7, at=FIRST + HOUR, rest_minor=2000)
    assert lines(month(found, agreed, spent=(budget,))) == []
    assert lines(month(found, agreed, spent=(budget,), period="year")) == [(7, "budget", -1000)]


spendings = st.lists(
    st.builds(
        Spending,
        st.integers(0, 3).map(lambda hours: FIRST + hours * HOUR),
        st.uuids().map(str),
        st.sampled_from(["par_ben", "par_cleo", "par_dora"]),
        st.just("agr"),
        st.integers(0, 1000),
    ),
    max_size=12,
)


@given(spendings, st.integers(1, 4000), st.randoms(use_true_random=False))
def test_a_budget_is_spent_to_the_last_cent_whoever_asks_first(found, budget_minor, random):
    rests = spent(budget_minor, found)
    total = sum(one.amount_minor for one in found)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert spent(budget_minor, shuffled) == rests
    assert bool(rests) == (total > budget_minor)
    if rests:
        at = next(iter(rests.values())).at
        before = sum(one.amount_minor for one in found if one.occurred_at < at)
        assert before + sum(rest.rest_minor for rest in rests.values()) == budget_minor


# ---- Refusals ------------------------------------------------------------------------------------


def test_inputs_that_are_none_of_one_period_are_refused():
    agreed = agreement(terms=terms(TENTH))
    one = member("L-1", 1000, agreed)
    base: dict[str, Any] = {
        "partnership": BEN,
        "period": "month",
        "start": FIRST,
        "end": NEXT,
        "agreements": (agreed,),
        "members": (one,),
    }
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"members": (one, one)}, "twice"),
        ({"members": (one.model_copy(update={"occurred_at": NEXT}),)}, "outside"),
        ({"members": (one.model_copy(update={"agreement": "agr_x"}),)}, "missing"),
        ({"end": NEXT + DAY}, "no month"),
        ({"partnership": "par_cleo"}, "another partnership"),
    ]
    assert settle(PeriodInputs(**base)).amount_minor == 0
    for change, said in wrong:
        with pytest.raises(ValueError, match=said):
            settle(PeriodInputs(**(base | change)))


def test_the_hold_of_what_never_ends_runs_from_its_last_order():
    agreed = terms(TENTH, bonuses=(goal(reaches=1, period="ever"),), hold=Hold(days=14))
    settlement = month(orders([1000, 1000], agreed), agreed, period="ever")
    assert (settlement.subject, settlement.hold_until) == ("ever", FIRST + HOUR + 14 * DAY)
