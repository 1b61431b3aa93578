"""openpyxl, told how much of a file it may unpack, and given rows one by one.

`zipfile` unpacks no more of a member than its directory says, so that is to be believed. Which
member is what, the file itself decides: so what counts is how a member is read, not its name.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from openpyxl.cell.text import Text
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from handsel.connectors.files.reading.elements import TooMuch, elements
from handsel.connectors.files.reading.table import Row
from handsel.connectors.files.refusals import FileUnreadable

# Sheets stream: one row at a time.
UNPACKED_MAX = 600 * 1024 * 1024
# The texts that cells share are held in memory.
SHARED_MAX = 80 * 1024 * 1024
SHARED_TEXTS_MAX = 2_000_000
# What is read at once becomes a tree there, more than twenty times as large.
WHOLE_MAX = 8 * 1024 * 1024
# Excel has no more; an empty row costs time, too.
SHEET_ROWS_MAX = 1_048_576
TEXT_TAG = f"{{{SHEET_MAIN_NS}}}si"


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    path: str


class Workbook:
    """An open file; `close` it."""

    def __init__(self, reader: "_Reader") -> None:
        self.sheets = tuple(reader.sheets)
        self._book = reader.wb
        self._archive = reader.archive
        self._texts = reader.shared_strings

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Those that are there: what a sheet says of its size means nothing. Raises
        FileUnreadable where it is too much, and whatever openpyxl raises for broken files."""
        passed, last = 0, 0
        with self._archive.open(sheet.path) as source:
            parser = self._parser(source)
            try:
                for element in elements(source, ROW_TAG, until=DATA_TAG):
                    passed += 1
                    number, cells = parser.parse_row(element)
                    parser.row_dimensions.clear()
                    if max(passed, number) > SHEET_ROWS_MAX:
                        raise _too_large()
                    if number > last:
                        last = number
                        yield Row(number, _in_line(cells))
            except TooMuch:
                raise _too_large() from None

    def close(self) -> None:
        self._archive.close()

    def _parser(self, source: Any) -> Any:
        return WorkSheetParser(
            source,
            self._texts,
            data_only=True,
            epoch=self._book.epoch,
            date_formats=self._book._date_formats,
            timedelta_formats=self._book._timedelta_formats,
        )


def read_workbook(file: BinaryIO) -> Workbook:
    """Raises FileUnreadable for a bomb, and whatever openpyxl raises for broken files."""
    reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.archive = _Archive(file)
    if sum(info.file_size for info in reader.archive.infolist()) > UNPACKED_MAX:
        raise _too_large()
    reader.read()
    return Workbook(reader)


def _in_line(cells: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Each at its column's place.

    >>> _in_line([{"column": 1, "value": "a"}, {"column": 3, "value": 7}])
    ('a', None, 7)
    """
    line = [None] * max((cell["column"] for cell in cells), default=0)
    for cell in cells:
        line[cell["column"] - 1] = cell["value"]
    return tuple(line)


class _Archive(zipfile.ZipFile):
    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        if self.getinfo(name).file_size > WHOLE_MAX:
            raise _too_large()
        return super().read(name, pwd)


class _Reader(ExcelReader):  # type: ignore[misc]
    package: Manifest
    sheets: list[Sheet]

    def read_strings(self) -> None:
        shared = self.package.find(SHARED_STRINGS)
        if shared is None:
            return
        path = shared.PartName[1:]
        if self.archive.getinfo(path).file_size > SHARED_MAX:
            raise _too_large()
        texts: list[str] = []
        with self.archive.open(path) as source:
            try:
                for element in elements(source, TEXT_TAG):
                    texts.append(Text.from_tree(element).content.replace("x005F_", ""))
                    if len(texts) > SHARED_TEXTS_MAX:
                        raise _too_large()
            except TooMuch:
                raise _too_large() from None
        self.shared_strings = texts

    def read_worksheets(self) -> None:
        """Only where they are. A chart holds no orders."""
        self.sheets = [
            Sheet(sheet.name, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]


def _too_large() -> FileUnreadable:
    return FileUnreadable(
        "Unpacked, the spreadsheet is too large.",
        field="file",
        remedy="Save the sheet as CSV, or split it.",
    )
