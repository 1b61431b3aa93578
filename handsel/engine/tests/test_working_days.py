from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.working_days import working_days_after

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


@given(days, st.integers(1, 60))
def test_as_many_working_days_as_promised_lie_between(day, promised):
    due_on = working_days_after(day, promised)
    after = [day + timedelta(days=n) for n in range(1, (due_on - day).days + 1)]

    assert sum(one.isoweekday() <= 5 for one in after) == promised
    assert due_on.isoweekday() <= 5


def test_a_promise_of_fewer_than_no_days_is_refused():
    with pytest.raises(ValueError, match="fewer than no days"):
        working_days_after(date(2026, 10, 12), -1)
