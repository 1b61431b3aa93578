"""CSV as the world writes it: encodings, delimiters and quotes found by looking."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from handsel.connectors.files.reading.table import Row, Shape
from handsel.connectors.files.refusals import FileUnreadable

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 60
PIECE_BYTES = 1024 * 1024
SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", re.MULTILINE)
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def detect_csv(file: BinaryIO) -> Shape:
    """Raises FileUnreadable for bytes that are no text."""
    encoding = _encoding(file)
    file.seek(0)
    sample = codecs.getincrementaldecoder(encoding)().decode(file.read(SAMPLE_BYTES))
    if said := _said_delimiter(sample):
        return Shape(kind="csv", encoding=encoding, delimiter=said)
    # A single quotation mark is one only where values begin with it, and no double one is used.
    quote = "'" if '"' not in sample and SINGLE_QUOTED.search(sample) else '"'
    delimiter = max(DELIMITERS, key=lambda sign: _score(sample, sign, quote))
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


def _score(sample: str, delimiter: str, quote: str) -> tuple[bool, float, int]:
    """More than one column, alike in most rows, and many."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    widths: Counter[int] = Counter()
    # Where a quotation mark does not end, the rows before it tell.
    with suppress(csv.Error):
        for _, cells in zip(range(SAMPLE_ROWS), reader, strict=False):
            if cells:
                widths[len(cells)] += 1
    if not widths:
        return False, 0.0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width > 1, times / widths.total(), width


def csv_rows(file: BinaryIO, shape: Shape) -> Iterator[Row]:
    """All rows, from the first. Raises FileUnreadable where the file breaks off."""
    file.seek(0)
    text = io.TextIOWrapper(file, shape.encoding, newline="")
    # Strict: else a quotation mark that never ends would swallow the rest of the file in silence.
    reader = csv.reader(text, delimiter=shape.delimiter, quotechar=shape.quote, strict=True)
    line = 1
    try:
        for cells in reader:
            if not (line == 1 and cells and cells[0].lower().startswith("sep=")):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error:
        raise FileUnreadable(
            f"Line {line} has a quotation mark that does not end, or ends too early.",
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
        # The file is its owner's to close, and may be closed by now.
        if not file.closed:
            text.detach()
