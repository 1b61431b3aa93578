from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.working_days import working_days_after, working_days_between

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("asked_on", "promised", "due_on"),
    [
        (date(2026, 10, 12), 3, date(2026, 10, 15)),  # Monday
        (date(2026, 10, 16), 1, date(2026, 10, 19)),  # over a weekend
        (date(2026, 10, 18), 3, date(2026, 10, 21)),  # asked on a Sunday
        (date(2026, 10, 18), 0, date(2026, 10, 18)),
    ],
)
def test_weekends_do_not_count(asked_on, promised, due_on):
    assert working_days_after(asked_on, promised) == due_on


@given(days, st.integers(0, 60))
def test_what_is_promised_is_what_is_counted(day, promised):
    assert working_days_between(day, working_days_after(day, promised)) == promised


def test_a_promise_of_fewer_than_no_days_is_refused():
    with pytest.raises(ValueError, match="fewer than no days"):
        working_days_after(date(2026, 10, 12), -1)
