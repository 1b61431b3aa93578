from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.periods import EVER, months_after, period_of
from handsel.engine.values import moment_text


def found(text, calendar, zone):
    return [moment_text(end) for end in period_of(datetime.fromisoformat(text), calendar, zone)]


@pytest.mark.parametrize(
    ("at", "calendar", "zone", "start", "end"),
    [
        # The clocks go forward on 29 March 2026 in Stockholm, and back on 25 October.
        (
            "2026-03-29T12:00:00Z",
            "day",
            "Europe/Stockholm",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "2026-10-25T12:00:00Z",
            "day",
            "Europe/Stockholm",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
        (
            "2026-10-31T22:59:59Z",
            "month",
            "Europe/Stockholm",
            "2026-09-30T22:00:00Z",
            "2026-10-31T23:00:00Z",
        ),
        (
            "2026-10-31T23:00:00Z",
            "month",
            "Europe/Stockholm",
            "2026-10-31T23:00:00Z",
            "2026-11-30T23:00:00Z",
        ),
        # Week 53 of 2026 begins in December and ends in January.
        ("2027-01-01T00:00:00Z", "week", "UTC", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
        ("2026-12-31T23:59:59Z", "quarter", "UTC", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        (
            "2026-12-31T23:00:00Z",
            "year",
            "Europe/Stockholm",
            "2026-12-31T23:00:00Z",
            "2027-12-31T23:00:00Z",
        ),
        ("2028-02-29T10:00:00Z", "month", "UTC", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        # In Beirut the clocks skip the midnight of 29 March 2026: the day begins at one.
        (
            "2026-03-29T10:00:00Z",
            "day",
            "Asia/Beirut",
            "2026-03-28T22:00:00Z",
            "2026-03-29T21:00:00Z",
        ),
    ],
)
def test_a_period_begins_and_ends_where_its_time_zone_says(at, calendar, zone, start, end):
    assert found(at, calendar, zone) == [start, end]


def test_what_has_no_end_holds_every_moment():
    assert period_of(datetime(2026, 1, 1, tzinfo=UTC), "ever", "UTC") == EVER
    assert period_of(datetime.max.replace(tzinfo=UTC), "year", "Asia/Tokyo") == EVER


moments = st.integers(0, 2**31).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from(
    ["UTC", "Europe/Stockholm", "America/New_York", "Asia/Beirut", "Asia/Kathmandu",
     "Pacific/Apia", "America/Sao_Paulo", "Australia/Lord_Howe"]
)  # fmt: skip
calendars = st.sampled_from(["day", "week", "month", "quarter", "year"])


@given(moments, calendars, zones)
def test_periods_hold_their_moments_and_follow_each_other(at, calendar, zone):
    start, end = period_of(at, calendar, zone)

    assert start <= at < end
    assert period_of(end, calendar, zone)[0] == end
    assert period_of(end - timedelta(microseconds=1), calendar, zone) == (start, end)


@given(moments, zones)
def test_a_week_begins_on_a_monday(at, zone):
    start, _ = period_of(at, "week", zone)
    assert start.astimezone(ZoneInfo(zone)).isoweekday() == 1


def test_months_later_keep_the_time_of_day_over_a_change_of_clocks():
    at = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert months_after(at, 2, "Europe/Stockholm") == datetime(2026, 3, 31, 8, tzinfo=UTC)
    assert months_after(at, 13, "UTC") == datetime(2027, 2, 28, 9, tzinfo=UTC)
