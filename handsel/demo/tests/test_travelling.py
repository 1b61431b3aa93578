from datetime import date

import pytest

from handsel.demo.travelling import days_to_next_batch


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 20), 12),
        (date(2026, 12, 1), 1),
        (date(2026, 12, 2), 0),
        (date(2026, 12, 16), 0),
        (date(2026, 12, 17), 16),
    ],
)
def test_time_goes_to_the_day_after_the_month_that_is_paid(program, today, days):
    """Paid on the 16th: what was approved in the month before."""
    program.payout_day, program.payout_net_days = 16, 15

    assert days_to_next_batch(program, today) == days
