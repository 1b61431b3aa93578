"""XLSX, read row by row: never more of a sheet in memory than one row, and no bomb unpacked."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from handsel.connectors.files.reading.table import Row, Shape
from handsel.connectors.files.refusals import FileUnreadable, ShapeUnusable

UNPACKED_MAX = 600 * 1024 * 1024
# openpyxl holds the texts that cells share in memory; the sheets themselves stream.
SHARED_MAX = 80 * 1024 * 1024
SHARED = "xl/sharedStrings.xml"
SPREADSHEET = "xl/workbook.xml"

BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, EOFError, OSError, TypeError)


def is_xlsx(file: BinaryIO) -> bool:
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return SPREADSHEET in archive.namelist()
    except zipfile.BadZipFile:
        return False


def sheets_of(file: BinaryIO) -> tuple[str, ...]:
    """The names of its sheets. Raises FileUnreadable for bombs and broken files."""
    with closing(_workbook(file)) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def sheet_rows(file: BinaryIO, shape: Shape) -> Iterator[Row]:
    """Formulas are the values they had when the file was saved."""
    with closing(_workbook(file)) as book:
        found = [sheet for sheet in book.worksheets if sheet.title == shape.sheet]
        if not found:
            raise ShapeUnusable(
                f"The file has no sheet “{shape.sheet}”.",
                field="sheet",
                remedy="Choose one of its sheets.",
                params={"sheet": shape.sheet},
            )
        # A file may claim a million columns; what is there counts.
        found[0].reset_dimensions()
        rows = found[0].iter_rows(values_only=True)
        try:
            for number, cells in enumerate(rows, start=1):
                yield Row(number, cells)
        except BROKEN:
            raise _unreadable() from None


def _workbook(file: BinaryIO) -> Any:
    from openpyxl import load_workbook

    file.seek(0)
    _refuse_bombs(file)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BROKEN:
        raise _unreadable() from None


def _refuse_bombs(file: BinaryIO) -> None:
    """`zipfile` unpacks no more of a member than its directory says, so this is to be believed."""
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
    except zipfile.BadZipFile:
        raise _unreadable() from None
    if sum(sizes.values()) > UNPACKED_MAX or sizes.get(SHARED, 0) > SHARED_MAX:
        raise FileUnreadable(
            "Unpacked, the spreadsheet is too large.",
            field="file",
            remedy="Save the sheet as CSV, or split it.",
        )


def _unreadable() -> FileUnreadable:
    return FileUnreadable(
        "The spreadsheet is damaged, or protected by a password.",
        field="file",
        remedy="Open it, save it again as .xlsx without a password, or as CSV.",
    )
