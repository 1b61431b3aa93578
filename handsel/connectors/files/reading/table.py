from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from handsel.connectors.files.values import Cell
from handsel.engine.values import Value

COLUMNS_MAX = 200
ROWS_MAX = 500_000


class Shape(Value):
    """How a file is read. `header_row` is the row of the headings, from 1; 0 where it has none."""

    kind: Literal["csv", "xlsx"]
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the line of a CSV file on which it begins, or the row of the sheet."""

    number: int
    cells: Sequence[Cell]


class Table(Protocol):
    """The names of the columns, each different, and the rows below them."""

    header: Sequence[str]

    def __iter__(self) -> Iterator[Row]: ...


class Reader(Protocol):
    """One kind of file."""

    def rows(self, file: BinaryIO, shape: Shape) -> Iterator[Row]: ...


def named(cells: Sequence[Cell], width: int) -> list[str]:
    """Headings as names: none empty, none twice, as many as there are columns.

    >>> named(["Order", "", "Order"], 4)
    ['Order', 'Column B', 'Order (2)', 'Column D']
    """
    names: list[str] = []
    for place in range(max(width, len(cells))):
        said = str(cells[place] if place < len(cells) and cells[place] is not None else "")
        name = " ".join(said.split())[:80] or f"Column {letter(place)}"
        twins = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({twins + 1})" if twins else name)
    return names


def letter(place: int) -> str:
    """A column's letter in a spreadsheet.

    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    text, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(65 + digit) + text
    return text


def is_blank(cells: Sequence[Cell]) -> bool:
    return all(cell is None or cell == "" for cell in cells)
