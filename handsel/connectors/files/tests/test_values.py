import doctest
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.connectors.files import values
from handsel.connectors.files.reading import table
from handsel.connectors.files.refusals import (
    AmountUnreadable,
    DigitsTooMany,
    MomentUnreadable,
    ValueUnknown,
)
from handsel.connectors.files.values import Cell, read_amount, read_bool, read_moment, text_of

# As a spreadsheet has them.
HALF_PAST_TWO = datetime(2026, 11, 20, 14, 30)  # noqa: DTZ001
MIDNIGHT = datetime(2026, 11, 20)  # noqa: DTZ001
OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("cell", "notation", "minor"),
    [
        ("1,234.50", "point", 123_450),
        ("1.234,50", "comma", 123_450),
        ("1 234,50", "comma", 123_450),
        ("1\u202f234,50 €", "comma", 123_450),
        ("1'234.50", "point", 123_450),
        ("EUR 12", "point", 1_200),
        ("€12.5", "point", 1_250),
        ("−12.50", "point", -1_250),
        ("-€12.50", "point", -1_250),
        ("(12.50)", "point", -1_250),
        ("12,50-", "comma", -1_250),
        (".5", "point", 50),
        ("1250", "minor", 1_250),
        (12.5, "point", 1_250),
        (0.1 + 0.2, "point", 30),
        (12, "comma", 1_200),
        ("0", "point", 0),
    ],
)
def test_amounts_as_people_write_them(cell, notation, minor):
    assert read_amount(cell, notation, "EUR") == minor


@pytest.mark.parametrize(
    ("cell", "notation"),
    [
        ("1.234,50", "point"),
        ("1,234.50", "comma"),
        ("12,5", "point"),
        ("1,23", "point"),
        ("SEK 12", "point"),
        ("12.50.1", "point"),
        ("1e3", "point"),
        ("much", "point"),
        ("", "point"),
        (True, "point"),
        (float("nan"), "point"),
        (date(2026, 1, 1), "point"),
        ("９９", "point"),
        ("99999999999999999999", "point"),
    ],
)
def test_what_is_no_amount_is_refused_rather_than_guessed(cell, notation):
    with pytest.raises(AmountUnreadable):
        read_amount(cell, notation, "EUR")


def test_yen_have_no_decimals_and_nothing_is_rounded():
    assert read_amount("500", "point", "JPY") == 500
    too_fine: list[tuple[Cell, str]] = [("500.5", "JPY"), ("1.005", "EUR"), (1.005, "EUR")]
    for cell, currency in too_fine:
        with pytest.raises(DigitsTooMany):
            read_amount(cell, "point", currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["point", "comma"]))
def test_an_amount_that_is_written_is_read_again(minor, notation):
    written = f"{minor / 100:,.2f}" if abs(minor) < 10**11 else f"{minor // 100}.{minor % 100:02}"
    if abs(minor) >= 10**11 and minor < 0:
        return
    if notation == "comma":
        written = written.translate(str.maketrans(",.", ".,"))

    assert read_amount(written, notation, "EUR") == minor


@pytest.mark.parametrize(
    ("cell", "order", "said"),
    [
        ("2026-11-20T14:30:00+02:00", "ymd", "2026-11-20T12:30:00+00:00"),
        ("2026-11-20T14:30:05.123Z", "dmy", "2026-11-20T14:30:05+00:00"),
        ("2026-11-20 14:30", "ymd", "2026-11-20T13:30:00+00:00"),
        ("20.11.2026 14.30", "dmy", "2026-11-20T13:30:00+00:00"),
        ("20.11.2026, kl. 14:30", "dmy", "2026-11-20T13:30:00+00:00"),
        ("11/20/2026 2:30 PM", "mdy", "2026-11-20T13:30:00+00:00"),
        ("11/20/2026 12:05 am", "mdy", "2026-11-19T23:05:00+00:00"),
        ("7/1/2026 14:30", "dmy", "2026-01-07T13:30:00+00:00"),
        ("7/1/2026 14:30", "mdy", "2026-07-01T12:30:00+00:00"),
        ("1795167000", "unix", "2026-11-20T09:30:00+00:00"),
        ("1795167000000", "unix", "2026-11-20T09:30:00+00:00"),
        (46346.5, "ymd", "2026-11-20T11:00:00+00:00"),
        (HALF_PAST_TWO, "ymd", "2026-11-20T13:30:00+00:00"),
        (MIDNIGHT, "ymd", "2026-11-20T22:59:59+00:00"),
        ("20.11.2026", "dmy", "2026-11-20T22:59:59+00:00"),
    ],
)
def test_moments_as_people_write_them(cell, order, said):
    assert read_moment(cell, order, OSLO, "end").isoformat() == said


@pytest.mark.parametrize(
    "cell",
    ["31.02.2026", "13/13/2026", "yesterday", "20.11.26", "2026-11-20 25:00", "2026-11", "1e99"],
)
@pytest.mark.parametrize("order", ["ymd", "dmy", "mdy", "unix"])
def test_what_is_no_moment_is_refused(cell, order):
    with pytest.raises(MomentUnreadable):
        read_moment(cell, order, OSLO, "end")


@pytest.mark.parametrize(
    ("means", "clock"), [("end", "22:59:59"), ("noon", "11:00:00"), ("start", "23:00:00")]
)
def test_a_day_is_the_moment_that_was_chosen(means, clock):
    assert read_moment("2026-11-20", "ymd", OSLO, means).time().isoformat() == clock


def test_yes_and_no_in_several_languages():
    assert [read_bool(word) for word in ("Ja", "nowy", "1", "nej", "FALSE", True)] == [
        *(True, True, True, False, False, True),
    ]
    with pytest.raises(ValueUnknown):
        read_bool("perhaps")


def test_a_spreadsheets_number_is_written_as_a_person_would():
    assert [text_of(cell) for cell in (1001.0, 1001, "  a ", None, 0.5)] == [
        *("1001", "1001", "a", "", "0.5"),
    ]


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(values).failed == 0
    assert doctest.testmod(table).failed == 0
