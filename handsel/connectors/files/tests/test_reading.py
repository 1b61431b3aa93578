"""CSV and XLSX as the world writes them."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from handsel.connectors.files.reading import Table, detect, open_table
from handsel.connectors.files.reading import workbook as workbook_reading
from handsel.connectors.files.reading.table import ROWS_MAX
from handsel.connectors.files.refusals import (
    FileEmpty,
    FileKindUnknown,
    FileTooLarge,
    FileUnreadable,
    ShapeUnusable,
)
from handsel.connectors.files.values import Cell

MORNING = datetime(2026, 11, 18, 10, 30)  # noqa: DTZ001 (as a spreadsheet has it)
LINES = "Bestellnummer;Betrag;Käufer\n1;10,50;Jörg\n2;9,00;Åse\n"


def table(content: bytes, **changes: Any) -> Table:
    file = io.BytesIO(content)
    shape = detect(file).model_copy(update=changes)
    return open_table(file, shape)


def cells(content: bytes, **changes: Any) -> list[list[Cell]]:
    return [list(row.cells) for row in table(content, **changes)]


def workbook(*rows: list[Any], **more_sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, lines in more_sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_an_encoding_is_found(encoding):
    assert cells(LINES.encode(encoding)) == [["1", "10,50", "Jörg"], ["2", "9,00", "Åse"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_although_others_stand_in_quotes(delimiter):
    text = f'a{delimiter}"b,;|x"{delimiter}c\n1{delimiter}"2,;|y"{delimiter}3\n'

    assert cells(text.encode()) == [["1", "2,;|y", "3"]]


def test_excels_own_first_line_is_heeded():
    assert cells(b"sep=|\nOrder|Total, net\n1|2\n") == [["1", "2"]]


def test_a_column_alone_is_a_table():
    assert cells(b"Order\n1001\n1002\n") == [["1001"], ["1002"]]


def test_titles_above_the_headings_are_passed_over():
    content = b"Export of the till\n\nOrder,Total,Date\n1,2.00,2026-11-01\n2,3.00,2026-11-02\n"
    found = table(content)

    assert found.header == ["Order", "Total", "Date"]
    assert [row.number for row in found] == [4, 5]


def test_a_file_without_headings_has_letters():
    found = table(b"1001,20.00,2026-11-01\n1002,30.00,2026-11-02\n")

    assert found.header == ["Column A", "Column B", "Column C"]
    assert len(list(found)) == 2


def test_the_number_of_a_row_is_the_line_it_begins_on():
    rows = list(table(b'Order,Note\n1,"two\nlines"\n2,x\n'))

    assert [row.number for row in rows] == [2, 4]


def test_a_quotation_mark_that_does_not_end_is_named():
    rest = "".join(f"{n},x\n" for n in range(40_000))
    with pytest.raises(FileUnreadable) as refusal:
        cells(f'Order,Note\n1,x\n2,"never closed\n{rest}'.encode())

    assert refusal.value.params == {"row": 3}


def test_a_quotation_mark_never_swallows_the_last_rows():
    with pytest.raises(FileUnreadable):
        cells(b'Order,Note\n1,x\n2,"never closed\n3,x\n4,x\n')


def test_single_quotation_marks_are_found():
    assert cells(b"'Order','Note'\n'1','a, b'\n") == [["1", "a, b"]]


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(FileUnreadable):
        detect(io.BytesIO(b"Order,Total\n\x81\x8d,1\n"))


def test_a_spreadsheet_has_types():
    content = workbook(["Order", "Total", "Date"], [1001, 49.9, MORNING])

    assert cells(content) == [[1001, 49.9, MORNING]]


def test_a_sheet_can_be_chosen():
    content = workbook(["Read me", "first"], Orders=[["Order", "Total"], ["A-1", 5]])
    shape = detect(io.BytesIO(content))

    assert shape.sheets == ("Sheet", "Orders")
    assert cells(content, sheet="Orders", header_row=1) == [["A-1", 5]]


def test_a_sheet_that_is_not_there_is_refused():
    content = workbook(["Order"], ["1"])
    with pytest.raises(ShapeUnusable):
        table(content, sheet="Nothing")


@pytest.mark.parametrize(
    "content",
    [b"\xd0\xcf\x11\xe0 an old spreadsheet", b"%PDF-1.7", b"PK\x03\x04 some other zip"],
)
def test_other_kinds_of_files_are_refused(content):
    with pytest.raises(FileKindUnknown):
        detect(io.BytesIO(content))


def test_a_damaged_spreadsheet_is_refused():
    content = io.BytesIO(workbook(["Order"], ["1"]))
    broken = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<broken" if "sheet1" in name else old.read(name))

    with pytest.raises(FileUnreadable):
        detect(broken)


def repacked(content, **replaced):
    """The same spreadsheet, with members whose names contain a word made of something else."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            word = next((word for word in replaced if word in name), None)
            new.writestr(name, replaced[word] if word else old.read(name))
    return packed


BOMB = b"<x>" + b"<a/>" * 500_000 + b"</x>"


@pytest.mark.parametrize("name", ["styles", "theme", "core", "sheet1"])
def test_a_bomb_is_not_unpacked(monkeypatch, name):
    """Some kilobytes that would be gigabytes once they are read."""
    monkeypatch.setattr(workbook_reading, "UNPACKED_MAX", 3_000_000 if name != "sheet1" else 10_000)
    monkeypatch.setattr(workbook_reading, "WHOLE_MAX", 1_000_000)

    with pytest.raises(FileUnreadable, match="too large"):
        detect(repacked(workbook(["Order"], ["1"]), **{name: BOMB}))


def test_texts_that_cells_share_are_not_without_end(monkeypatch):
    """Whatever the file calls the member that they stand in."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    texts = f'<Override PartName="/docProps/app.xml" ContentType="{kind}"/></Types>'.encode()
    content = workbook(["Order"], ["1"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").replace(b"</Types>", texts)
    monkeypatch.setattr(workbook_reading, "SHARED_MAX", 1_000_000)

    with pytest.raises(FileUnreadable, match="too large"):
        detect(repacked(content, Content_Types=types, app=BOMB))


def test_a_sheet_that_claims_a_million_columns_has_those_it_has():
    content = io.BytesIO(workbook(["Order", "Total"], ["1", 2]))
    huge = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(huge, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))

    assert cells(huge.getvalue()) == [["1", 2]]


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"Order,Total\n"])
def test_a_file_without_rows_is_refused(content):
    with pytest.raises(FileEmpty):
        cells(content)


def test_more_rows_than_one_import_takes_are_refused(monkeypatch):
    assert ROWS_MAX == 500_000
    monkeypatch.setattr("handsel.connectors.files.reading.opening.ROWS_MAX", 2)

    with pytest.raises(FileTooLarge):
        cells(b"Order\n1\n2\n3\n")
