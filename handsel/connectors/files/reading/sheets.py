"""XLSX, read row by row: never more of a sheet in memory than one row, and no bomb unpacked."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import ParseError

from handsel.connectors.files.reading.table import Row, Shape
from handsel.connectors.files.refusals import FileUnreadable, ShapeUnusable

if TYPE_CHECKING:
    from handsel.connectors.files.reading.workbook import Workbook

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
        return tuple(sheet.title for sheet in book.sheets)


def sheet_rows(file: BinaryIO, shape: Shape) -> Iterator[Row]:
    """Formulas are the values they had when the file was saved."""
    with closing(_workbook(file)) as book:
        found = [sheet for sheet in book.sheets if sheet.title == shape.sheet]
        if not found:
            raise ShapeUnusable(
                f"The file has no sheet “{shape.sheet}”.",
                field="sheet",
                remedy="Choose one of its sheets.",
                params={"sheet": shape.sheet},
            )
        try:
            yield from book.rows(found[0])
        except BROKEN:
            raise _unreadable() from None


def _workbook(file: BinaryIO) -> "Workbook":
    from handsel.connectors.files.reading.workbook import read_workbook

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_workbook(file)
    except BROKEN:
        raise _unreadable() from None


def _unreadable() -> FileUnreadable:
    return FileUnreadable(
        "The spreadsheet is damaged, or protected by a password.",
        field="file",
        remedy="Open it, save it again as .xlsx without a password, or as CSV.",
    )
