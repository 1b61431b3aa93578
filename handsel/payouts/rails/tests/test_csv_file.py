import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.payouts.rails.csv import bank_file
from handsel.payouts.rails.csv.file import COLUMNS, FORMULA
from handsel.payouts.rails.tests.conftest import ACME, BEN, CLEO, MADE_AT, PAY_DAY


def rows_of(file):
    return list(csv.DictReader(StringIO(file.content.decode(), newline="")))


def test_a_row_says_who_gets_what_and_why(when):
    file = bank_file([BEN, CLEO], ACME, **when)

    assert file.name.endswith(".csv")
    assert rows_of(file)[1] == {
        "reference": "ACME-2026-09-0002",
        "name": "Cléo Møller",
        "iban": "FR1420041010050500013M02606",
        "bic": "",
        "country": "NO",
        "currency": "EUR",
        "amount": "123.45",
        "message": "Commission, September 2026",
        "execute_on": "2026-10-16",
    }


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("EUR", 5, "0.05"), ("JPY", 12_345, "12345"), ("KWD", 1, "0.001")],
)
def test_amounts_are_written_in_the_units_of_their_currency(currency, minor, amount, when):
    transfer = replace(BEN, currency=currency, amount_minor=minor)

    assert rows_of(bank_file([transfer], ACME, **when))[0]["amount"] == amount


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_name_becomes_a_formula_and_none_is_lost(name):
    file = bank_file([replace(BEN, holder_name=name)], ACME, execute_on=PAY_DAY, made_at=MADE_AT)
    (row,) = rows_of(file)

    assert not row["name"].startswith(FORMULA)
    assert row["name"].removeprefix("'") == name.removeprefix("'")


def test_a_formula_is_shown_and_not_run(when):
    evil = replace(BEN, holder_name='=HYPERLINK("https://evil.example")', remittance="@SUM(1)")
    (row,) = rows_of(bank_file([evil], ACME, **when))

    assert row["name"].startswith("'=HYPERLINK")
    assert row["message"] == "'@SUM(1)"


def test_the_columns_stand_in_the_documentation():
    page = Path(__file__).parents[4] / "docs" / "payout-files.md"

    assert ", ".join(COLUMNS) in page.read_text(encoding="utf-8")
