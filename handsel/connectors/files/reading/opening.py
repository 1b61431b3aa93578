"""Which kind of file it is, where its headings are, and its rows below them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

from handsel.connectors.files.reading.csvs import csv_rows, detect_csv
from handsel.connectors.files.reading.sheets import is_xlsx, sheet_rows, sheets_of
from handsel.connectors.files.reading.table import (
    COLUMNS_MAX,
    ROWS_MAX,
    Row,
    Shape,
    is_blank,
    named,
)
from handsel.connectors.files.refusals import (
    FileEmpty,
    FileKindUnknown,
    FileTooLarge,
    ShapeUnusable,
)
from handsel.connectors.files.values import Cell

HEAD_ROWS = 60
# Old Excel and password-protected files; zip (as .ods); PDF; pictures.
OTHERS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")


def detect(file: BinaryIO) -> Shape:
    """How to read a file that nobody described. Raises FileKindUnknown, FileUnreadable and
    FileEmpty."""
    if is_xlsx(file):
        sheets = sheets_of(file)
        shape = Shape(kind="xlsx", sheets=sheets, sheet=sheets[0] if sheets else "")
    else:
        file.seek(0)
        if file.read(4).startswith(OTHERS):
            raise FileKindUnknown(
                "This is neither a CSV nor an XLSX file.",
                field="file",
                remedy="Save it as .xlsx or as CSV.",
            )
        shape = detect_csv(file)
    head = list(islice(_rows(file, shape), HEAD_ROWS))
    return shape.model_copy(update={"header_row": _header_row(head)})


class open_table:
    """The table in a file. Raises ShapeUnusable and FileEmpty at once, and while it is read
    FileUnreadable and FileTooLarge."""

    def __init__(self, file: BinaryIO, shape: Shape) -> None:
        rows = _rows(file, shape)
        above = list(islice(rows, HEAD_ROWS))
        if not any(not is_blank(row.cells) for row in above):
            raise _empty()
        heading = next((row for row in above if row.number == shape.header_row), None)
        if heading is None and shape.header_row:
            raise ShapeUnusable(
                f"The file has no headings in row {shape.header_row}.",
                field="header_row",
                remedy="Name the row that holds them, within the first 60, or 0 where none does.",
                params={"row": shape.header_row},
            )
        first = shape.header_row + 1
        self._rows = chain((row for row in above if row.number >= first), rows)
        width = max(len(row.cells) for row in above if row.number >= shape.header_row)
        if width > COLUMNS_MAX:
            raise _too_large("columns", COLUMNS_MAX)
        self.header: Sequence[str] = named(heading.cells if heading else (), width)

    def __iter__(self) -> Iterator[Row]:
        count = 0
        for row in self._rows:
            if is_blank(row.cells):
                continue
            count += 1
            if count > ROWS_MAX:
                raise _too_large("rows", ROWS_MAX)
            yield row
        if not count:
            raise _empty()


def _rows(file: BinaryIO, shape: Shape) -> Iterator[Row]:
    return sheet_rows(file, shape) if shape.kind == "xlsx" else csv_rows(file, shape)


def _header_row(head: Sequence[Row]) -> int:
    """The first row that is as wide as most, full, and words rather than figures; else none."""
    rows = [row for row in head if not is_blank(row.cells)]
    if not rows:
        raise _empty()
    widths = Counter(_filled(row.cells) for row in rows)
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for row in rows:
        texts = [str(cell) for cell in row.cells if cell not in (None, "")]
        if len(texts) >= min(usual, 2) and len(texts) * 5 >= usual * 3:
            wordy = sum(not any(c.isdigit() for c in text) for text in texts)
            return row.number if wordy * 2 > len(texts) else 0
    return 0


def _filled(cells: Sequence[Cell]) -> int:
    return sum(cell not in (None, "") for cell in cells)


def _empty() -> FileEmpty:
    return FileEmpty(
        "There are no rows in it.", field="file", remedy="Choose the file or sheet with the orders."
    )


def _too_large(what: str, most: int) -> FileTooLarge:
    return FileTooLarge(
        f"It has more than {most:,} {what}.",
        field="file",
        remedy="Split it.",
        params={"most": most},
    )
