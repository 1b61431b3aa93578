"""Replay at once and the engine order by order give the same cents."""

import pytest
from hypothesis import HealthCheck, given, settings

from handsel.engine.replay.tests.histories import at_once, one_by_one, pasts

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(pasts())
def test_all_at_once_and_one_by_one_are_equal_to_the_cent(past):
    assert at_once(past) == one_by_one(past)


@pytest.mark.long
@settings(max_examples=3_000, deadline=None, suppress_health_check=SLOW)
@given(pasts())
def test_they_are_equal_for_thousands_of_histories(past):
    assert at_once(past) == one_by_one(past)
