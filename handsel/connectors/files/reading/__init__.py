"""A file as a table: headings, and rows with the number they have in the file."""

from handsel.connectors.files.reading.opening import detect, open_table
from handsel.connectors.files.reading.table import Row, Shape, Table

__all__ = ["Row", "Shape", "Table", "detect", "open_table"]
