"""CSV and XLSX as the world writes them."""

import io
import tracemalloc
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


def repacked(content: bytes, **replaced: bytes) -> io.BytesIO:
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


def sharing(texts: bytes) -> io.BytesIO:
    """A spreadsheet whose shared texts stand where one would not look for them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/docProps/app.xml" ContentType="{kind}"/></Types>'.encode()
    content = workbook(["Order"], ["1"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").replace(b"</Types>", part)
    return repacked(content, Content_Types=types, app=texts)


def test_texts_that_cells_share_are_not_without_end(monkeypatch):
    """Whatever the file calls the member that they stand in."""
    monkeypatch.setattr(workbook_reading, "SHARED_MAX", 1_000_000)

    with pytest.raises(FileUnreadable, match="too large"):
        detect(sharing(BOMB))


SPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(inside: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    rows = b"<sheetData>%b</sheetData>" % inside
    return b'<worksheet xmlns="%b">%b%b%b</worksheet>' % (SPACE, before, rows, after)


ORDERS = b"<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"
JUNK = [
    sheet(ORDERS + b"<row/>" * 30_000),
    sheet(ORDERS + b"<a/>" * 3_000_000),
    sheet(ORDERS, before=b"<a/>" * 3_000_000),
    sheet(ORDERS, before=b"<a>" + b"x" * 12_000_000 + b"</a>"),
    sheet(ORDERS + b"<row>" + b"<c/>" * 3_000_000 + b"</row>"),
    sheet(ORDERS + b"<row><c t='str'><v>" + b"x" * 12_000_000 + b"</v></c></row>"),
    sheet(ORDERS + b"<a>" * 100_000 + b"</a>" * 100_000),
    sheet(ORDERS + b'<row r="99999999999"><c><v>5</v></c></row>'),
]
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_a_sheet_of_junk_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch, junk: bytes
) -> None:
    """Each is some kilobytes of a file, and would be hundreds of megabytes of elements."""
    monkeypatch.setattr(workbook_reading, "SHEET_ROWS_MAX", 20_000)
    packed = repacked(workbook(["Order"], ["1"]), sheet1=junk).getvalue()
    del junk
    tracemalloc.start()
    try:
        with pytest.raises(FileUnreadable, match="too large"):
            cells(packed)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 40 * MEGABYTE


def test_what_stands_behind_the_rows_is_not_read() -> None:
    junk = sheet(ORDERS, after=b"<a/>" * 1_000_000 + b"<broken")

    assert cells(repacked(workbook(["Order"], ["1"]), sheet1=junk).getvalue()) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("junk", [b"<a/>" * 3_000_000, b"<si/>" * 3_000, b"<si>" * 200])
def test_texts_that_nobody_wrote_are_not_kept(monkeypatch: pytest.MonkeyPatch, junk: bytes) -> None:
    monkeypatch.setattr(workbook_reading, "SHARED_TEXTS_MAX", 2_000)
    texts = b'<sst xmlns="%b">%b</sst>' % (SPACE, junk)

    with pytest.raises(FileUnreadable, match="too large"):
        detect(sharing(texts))


def test_texts_that_cells_share_are_found() -> None:
    texts = (
        b'<sst xmlns="%b"><si><t>A</t></si><si><r><t>B</t></r><r><t>C</t></r></si></sst>' % SPACE
    )
    rows = sheet(b'<row><c t="s"><v>1</v></c></row><row><c t="s"><v>0</v></c></row>')
    content = repacked(sharing(texts).getvalue(), sheet1=rows).getvalue()

    assert cells(content, header_row=0) == [["BC"], ["A"]]


def test_a_text_that_grows_out_of_a_few_letters_is_refused() -> None:
    """Entities of entities: a kilobyte that says itself a million times."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 8))
    bomb = f'<!DOCTYPE worksheet [<!ENTITY e0 "laughs">{lines}]>'.encode()
    rows = sheet(ORDERS + b"<row><c t='str'><v>&e7;</v></c></row>")

    with pytest.raises(FileUnreadable):
        cells(repacked(workbook(["Order"], ["1"]), sheet1=bomb + rows).getvalue())


def test_rows_keep_their_numbers_and_cells_their_columns() -> None:
    inside = (
        b'<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>2</v></c></row>'
        b'<row r="5" ht="20"><c r="B5"><v>3</v></c></row>'
    )
    content = repacked(workbook(["Order"], ["1"]), sheet1=sheet(inside)).getvalue()
    rows = list(table(content, header_row=0))

    assert [(row.number, list(row.cells)) for row in rows] == [(2, [1, None, 2]), (5, [None, 3])]


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
