from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.agreements import in_force, without_pauses
from handsel.engine.attribution import attribute
from handsel.engine.tests.cast import BEN, ORDERED, WOOL, agreement, click, code


def days_ago(days):
    return None if days is None else ORDERED - timedelta(days=days)


def pauses(*days):
    return [(days_ago(began), days_ago(ended)) for began, ended in days]


@pytest.mark.parametrize(
    ("of", "left"),
    [
        ([], [(200, None)]),
        ([(9, 5)], [(200, 9), (5, None)]),
        ([(9, None)], [(200, 9)]),
        ([(9, 5), (3, 2)], [(200, 9), (5, 3), (2, None)]),
        ([(3, 2), (9, 5)], [(200, 9), (5, 3), (2, None)]),
        ([(9, 3), (5, 2)], [(200, 9), (2, None)]),  # overlapping
        ([(9, 2), (5, 3)], [(200, 9), (2, None)]),  # one within the other
        ([(300, 250)], [(200, None)]),  # before it
        ([(300, 100)], [(100, None)]),  # over its start
        ([(300, None)], []),
    ],
)
def test_a_version_without_its_pauses_is_what_is_left_of_it(of, left):
    found = without_pauses(agreement(), pauses(*of))

    assert [(v.valid_from, v.valid_until) for v in found] == [
        (days_ago(since), days_ago(until)) for since, until in left
    ]


def test_a_pause_over_its_end_cuts_it_there():
    found = without_pauses(agreement(until=4), pauses((9, 5), (4.5, 1)))

    assert [(v.valid_from, v.valid_until) for v in found] == [
        (days_ago(200), days_ago(9)),
        (days_ago(5), days_ago(4.5)),
    ]


moments = st.integers(-60, 60).map(lambda hours: ORDERED + timedelta(hours=hours))
intervals = st.tuples(moments, st.none() | st.integers(0, 50)).map(
    lambda pause: (pause[0], None if pause[1] is None else pause[0] + timedelta(hours=pause[1]))
)


@given(st.lists(intervals, max_size=5), moments, st.booleans())
def test_it_is_in_force_where_it_was_and_no_pause_was(of, at, ends):
    version = agreement(since=2, until=-2 if ends else None)
    paused = any(began <= at and (ended is None or at < ended) for began, ended in of)

    found = in_force(without_pauses(version, of), BEN, at)

    assert (found is not None) == (version.is_in_force(at) and not paused)


def test_one_version_on_both_sides_of_a_pause_is_not_compared_with_itself():
    """Better at once compares versions, and these are one."""
    at_once = WOOL.attribution.model_copy(update={"better_at_once": True})
    terms = WOOL.model_copy(update={"attribution": at_once})
    versions = without_pauses(agreement(terms=terms), pauses((3, 2)))

    credit = attribute([click(5)], ORDERED, versions).credit_of(BEN)

    assert credit is not None
    assert credit.also is None


def test_a_code_of_a_pause_earns_nothing_and_a_click_from_before_it_does():
    versions = without_pauses(agreement(), pauses((3, None)))

    verdicts = attribute([click(5), click(2), code()], ORDERED, versions).verdicts

    assert [verdict.code for verdict in verdicts] == [
        "credited",
        "partnership_not_active",
        "partnership_not_active",
    ]
