import csv
import doctest
import io
from datetime import UTC, date, datetime

from handsel.ui import tables


def test_the_examples_are_right():
    assert doctest.testmod(tables).failed == 0


def test_a_table_reads_back_as_it_was():
    rows: list[list[tables.Cell]] = [
        ["Ålesund, “Hut”", tables.amount(-1442, "EUR"), date(2026, 9, 12), 7, None]
    ]
    response = tables.csv_response("rows", ["Name", "Amount", "Day", "Count", "Left"], rows)
    text = response.content.decode("utf-8-sig")

    assert response["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert list(csv.reader(io.StringIO(text)))[1] == [
        "Ålesund, “Hut”",
        "-14.42",
        "2026-09-12",
        "7",
        "",
    ]


def test_a_moment_is_written_in_utc():
    assert tables.cell(datetime(2026, 9, 12, 13, 31, 8, tzinfo=UTC)) == "2026-09-12T13:31:08Z"


def test_a_name_is_never_a_formula():
    assert tables.cell("=HYPERLINK(1)").startswith("'=")
    assert tables.cell("-1 blog") == "'-1 blog"
    assert tables.cell(-1) == "-1"


def test_a_heading_from_outside_is_no_formula_either() -> None:
    """Headings of a file that somebody uploaded come back with its refused rows."""
    response = tables.csv_response("rows", ["=1+1", "Name"], [])

    assert response.content.decode("utf-8-sig").splitlines() == ["'=1+1,Name"]
