"""Dates and times in the four languages, seen from Wednesday 14 October 2026."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from handsel.ui import moments

NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(moments, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("language", "near", "this_year", "other_year"),
    [
        ("en", "Fri 16 Oct", "12 Sept", "12 Sept 2025"),
        ("sv", "fre 16 okt.", "12 sep.", "12 sep. 2025"),
        ("nb", "fre. 16. okt.", "12. sep.", "12. sep. 2025"),
        ("pl", "pt., 16 paź", "12 wrz", "12 wrz 2025"),
    ],
)
def test_near_days_carry_their_weekday_and_far_ones_their_year(
    language, near, this_year, other_year
):
    with translation.override(language):
        assert moments.when_text(date(2026, 10, 16)) == near
        assert moments.when_text(date(2026, 9, 12)) == this_year
        assert moments.when_text(date(2025, 9, 12)) == other_year


@pytest.mark.parametrize(
    ("day", "text"),
    [(7, "7 Oct"), (8, "Thu 8 Oct"), (20, "Tue 20 Oct"), (21, "21 Oct"), (14, "today")],
)
def test_a_weekday_is_said_only_where_it_cannot_be_mistaken(day, text):
    with translation.override("en"):
        assert moments.when_text(date(2026, 10, day)) == text


def test_today_is_a_time_in_the_readers_zone():
    with translation.override("en"), timezone.override(ZoneInfo("Europe/Oslo")):
        assert moments.when_text(NOW.replace(hour=6)) == "today, 08:30"
        # 22:30 in Greenwich is already tomorrow in Oslo.
        assert moments.when_text(NOW.replace(hour=22, minute=30)) == "Thu 15 Oct"


def test_the_element_holds_the_full_moment_with_its_zone():
    moment = datetime(2026, 9, 12, 11, 31, 8, tzinfo=UTC)
    with translation.override("en"), timezone.override(ZoneInfo("Europe/Oslo")):
        assert moments.when_html(moment) == (
            '<time datetime="2026-09-12T11:31:08+00:00" '
            'title="12 Sept 2026, 13:31:08 CEST">12 Sept</time>'
        )
        assert moments.moment_text(moment) == "12 Sept 2026, 13:31:08"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        moments.when_text(datetime(2026, 9, 12, 11, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 9, 15), date(2026, 10, 14), "15 Sept – 14 Oct 2026"),
        (date(2025, 11, 22), date(2026, 11, 20), "22 Nov 2025 – 20 Nov 2026"),
    ],
)
def test_a_period_says_its_year_once_where_it_can(first, last, text):
    assert moments.period_text(first, last).replace("\N{THIN SPACE}", " ") == text
