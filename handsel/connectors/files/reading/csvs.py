"""CSV as the world writes it: encodings, delimiters and quotes found by looking."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from handsel.connectors.files.reading.table import Row, Shape
from handsel.connectors.files.refusals import FileUnreadable

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 60
PIECE_BYTES = 1024 * 1024
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def detect_csv(file: BinaryIO) -> Shape:
    """Raises FileUnreadable for bytes that are no text."""
    encoding = _encoding(file)
    file.seek(0)
    sample = codecs.getincrementaldecoder(encoding)().decode(file.read(SAMPLE_BYTES))
    if said := _said_delimiter(sample):
        return Shape(kind="csv", encoding=encoding, delimiter=said)
    _best, delimiter, quote = max(
        (_score(sample, delimiter, quote), delimiter, quote)
        for delimiter in DELIMITERS
        for quote in "\"'"
    )
    return Shape(kind="csv", encoding=encoding, delimiter=delimiter, quote=quote)


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = "utf-16"
    elif head.count(0) > len(head) // 4:
        # Text in UTF-16 without a mark: the zeros are the first or the second of each two.
        found = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    else:
        found = "utf-8-sig"
    if found == "utf-8-sig" and not _decodes(file, found):
        found = "cp1252"
    if not _decodes(file, found):
        raise FileUnreadable(
            "The file is no text in UTF-8, UTF-16 or Windows-1252.",
            field="file",
            remedy="Save it as CSV in UTF-8, or as .xlsx.",
        )
    return found


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _said_delimiter(sample: str) -> str:
    """Excel's own first line, `sep=;`."""
    first = sample.split("\n", 1)[0].strip().lower()
    return first[4] if first.startswith("sep=") and len(first) == 5 else ""


def _score(sample: str, delimiter: str, quote: str) -> tuple[bool, float, int, bool]:
    """More than one column, alike in most rows, many, and the usual quotation mark."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    widths: Counter[int] = Counter()
    try:
        for _, cells in zip(range(SAMPLE_ROWS), reader, strict=False):
            if cells:
                widths[len(cells)] += 1
    except csv.Error:
        return False, 0.0, 0, False
    if not widths:
        return False, 0.0, 0, quote == '"'
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width > 1, times / widths.total(), width, quote == '"'


def csv_rows(file: BinaryIO, shape: Shape) -> Iterator[Row]:
    """All rows, from the first. Raises FileUnreadable where the file breaks off."""
    file.seek(0)
    text = io.TextIOWrapper(file, shape.encoding, newline="")
    reader = csv.reader(text, delimiter=shape.delimiter, quotechar=shape.quote)
    line = 1
    try:
        for cells in reader:
            if not (line == 1 and cells and cells[0].lower().startswith("sep=")):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error:
        raise FileUnreadable(
            f"A quotation mark that begins in line {line} does not end.",
            field="file",
            remedy="Close it, or double quotation marks inside a value.",
            params={"row": line},
        ) from None
    except UnicodeError:
        raise FileUnreadable(
            f"Line {line} is not in the encoding {shape.encoding}.",
            field="encoding",
            remedy="Choose another encoding, or save the file in UTF-8.",
            params={"row": line},
        ) from None
    finally:
        text.detach()
