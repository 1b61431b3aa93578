from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.payouts.rails.bank_days import bank_day, easter_of, is_bank_day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2285, 3, 22)],
)
def test_easter_falls_where_the_church_says(year, month, day):
    assert easter_of(year) == date(year, month, day)


@pytest.mark.parametrize(
    "closed",
    [
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-12-25",
        "2028-12-26",
        "2026-08-01",
    ],
)
def test_banks_are_closed(closed):
    assert not is_bank_day(date.fromisoformat(closed))


@pytest.mark.parametrize(
    "day", ["2026-04-02", "2026-04-07", "2026-12-24", "2026-05-14", "2026-12-31"]
)
def test_other_holidays_are_none_of_theirs(day):
    assert bank_day(date.fromisoformat(day)) == date.fromisoformat(day)


@given(st.dates(date(2020, 1, 1), date(2199, 12, 1)))
def test_the_next_bank_day_is_at_most_five_days_away(day):
    found = bank_day(day)

    assert is_bank_day(found)
    assert day <= found <= day + timedelta(days=5)
