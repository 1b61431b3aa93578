"""Elements of one name out of XML of any size, one at a time, with nothing kept of what lies
between them.

`iterparse` keeps every element it has passed, if only as an empty one: of a sheet of a hundred
million empty rows, or of elements that mean nothing, gigabytes.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

CHUNK_BYTES = 64 * 1024
DEPTH_MAX = 64
# From the end of one wanted element to that of the next: a row of a sheet has at most 16,384 cells,
# and its texts together are no book.
ELEMENTS_MAX = 100_000
BYTES_MAX = 8 * 1024 * 1024


class TooMuch(Exception):
    """No honest spreadsheet has so much in one place."""


def elements(source: BinaryIO, wanted: str, *, until: str = "") -> Iterator[Element]:
    """Elements with this tag, up to the end of the element `until`, behind which nothing is read.

    Raises TooMuch, and ParseError for what is no XML.
    """
    sieve = _Sieve(wanted, until)
    parser = XMLParser(target=sieve)  # noqa: S314 (nothing is expanded that the sieve does not weigh)
    while not sieve.is_over:
        chunk = source.read(CHUNK_BYTES)
        sieve.weigh(len(chunk))
        if not chunk:
            parser.close()
            return
        parser.feed(chunk)
        found, sieve.found = sieve.found, []
        yield from found


class _Sieve:
    """Builds the wanted elements, and only counts the others. The methods are what a parser
    calls."""

    def __init__(self, wanted: str, until: str) -> None:
        self.found: list[Element] = []
        self.is_over = False
        self._wanted = wanted
        self._until = until
        self._builder: TreeBuilder | None = None
        self._builds_from = 0
        self._depth = 0
        self._elements = 0
        self._weight = 0

    def weigh(self, more: int) -> None:
        self._weight += more
        if self._weight > BYTES_MAX:
            raise TooMuch

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_MAX or self._elements > ELEMENTS_MAX:
            raise TooMuch
        if self._builder is None:
            if tag != self._wanted or self.is_over:
                return
            self._builder, self._builds_from = TreeBuilder(), self._depth
        self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self._builder is not None:
            self._builder.end(tag)
            if self._depth == self._builds_from:
                self.found.append(self._builder.close())
                self._builder, self._elements, self._weight = None, 0, 0
        elif tag == self._until:
            self.is_over = True
        self._depth -= 1

    def data(self, text: str) -> None:
        # Weighed once more, for an entity may have made it out of a few bytes.
        self.weigh(len(text))
        if self._builder is not None:
            self._builder.data(text)

    def close(self) -> None:
        """Nothing is left."""
