"""Replay at once and the engine order by order give the same cents."""

from hypothesis import HealthCheck, given, settings

from handsel.engine.replay.tests.histories import at_once, one_by_one, pasts


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pasts())
def test_all_at_once_and_one_by_one_are_equal_to_the_cent(past):
    assert at_once(past) == one_by_one(past)
