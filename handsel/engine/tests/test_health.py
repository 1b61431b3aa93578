from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.health import POINTS, Record, health

COUNTED = [
    "orders",
    "orders_before",
    "known_customers",
    "new_customers",
    "sold_minor",
    "returned_minor",
    "clicks",
    "odd_clicks",
    "withheld",
    "questions",
    "payouts",
    "payouts_failed",
]
records = st.builds(
    Record,
    revenue_minor=st.integers(-10_000, 10_000),
    revenue_before_minor=st.integers(-10_000, 10_000),
    signed=st.booleans(),
    **dict.fromkeys(COUNTED, st.integers(0, 10_000)),
)
FINE: dict[str, Any] = {"orders": 50, "revenue_minor": 200, "revenue_before_minor": 100}
FINE |= {"known_customers": 50, "new_customers": 40, "sold_minor": 200, "signed": True}


def points(code, **said):
    return next(part.points for part in health(Record(**said)).parts if part.code == code)


@given(records)
def test_the_parts_stay_within_theirs_and_add_up_to_the_score(record):
    found = health(record)

    assert all(0 <= part.points <= POINTS[part.code] for part in found.parts)
    assert all(part.reasons for part in found.parts)
    assert found.score is None or found.score == sum(part.points for part in found.parts) <= 100


def test_what_could_not_be_better_is_a_hundred():
    assert health(Record(**FINE)).score == 100


@pytest.mark.parametrize(
    ("code", "worse"),
    [
        ("growth", {"revenue_minor": 99}),
        ("customers", {"new_customers": 10}),
        ("customers", {"returned_minor": 30}),
        ("customers", {"known_customers": 0, "new_customers": 0}),
        ("traffic", {"clicks": 80, "odd_clicks": 20}),
        ("traffic", {"withheld": 1}),
        ("relationship", {"signed": False}),
        ("relationship", {"questions": 2, "questions_late": 1}),
        ("relationship", {"payouts": 3, "payouts_failed": 1}),
    ],
)
def test_each_thing_that_goes_wrong_costs_its_part_and_no_other(code, worse):
    changed = health(Record(**{**FINE, **worse})).parts

    assert {part.code for part in changed if part.points < POINTS[part.code]} == {code}


def test_points_of_growth_stand_at_their_corners():
    assert points("growth", orders=9, revenue_minor=100, revenue_before_minor=100) == 18
    assert points("growth", orders=9, revenue_minor=50, revenue_before_minor=100) == 0
    assert points("growth", orders=9, revenue_minor=125, revenue_before_minor=100) == 30
    assert points("growth", orders=9, revenue_minor=1) == 30
    assert points("growth", orders=9) == 0


@pytest.mark.parametrize(
    ("score", "level"), [(100, "strong"), (80, "strong"), (79, "good"), (60, "good"), (59, "watch")]
)
def test_a_level_begins_at_its_score(score, level):
    found = health(Record(**FINE))

    assert found.model_copy(update={"score": score}).level == level


def test_too_few_orders_say_nothing():
    assert health(Record(orders=2, orders_before=2)).score is None
    assert health(Record(orders_before=5)).score is not None
