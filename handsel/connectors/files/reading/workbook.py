"""openpyxl, told how much of a file it may unpack.

`zipfile` unpacks no more of a member than its directory says, so that is to be believed. Which
member is what, the file itself decides: so what counts is how a member is read, not its name.
"""

import zipfile
from typing import Any, BinaryIO

from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from handsel.connectors.files.refusals import FileUnreadable

# Sheets stream: one row at a time.
UNPACKED_MAX = 600 * 1024 * 1024
# The texts that cells share are held in memory.
SHARED_MAX = 80 * 1024 * 1024
# What is read at once becomes a tree there, more than twenty times as large.
WHOLE_MAX = 8 * 1024 * 1024


def read_workbook(file: BinaryIO) -> Any:
    """Raises FileUnreadable for a bomb, and whatever openpyxl raises for broken files."""
    reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.archive = _Archive(file)
    if sum(info.file_size for info in reader.archive.infolist()) > UNPACKED_MAX:
        raise _too_large()
    reader.read()
    return reader.wb


class _Archive(zipfile.ZipFile):
    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        if self.getinfo(name).file_size > WHOLE_MAX:
            raise _too_large()
        return super().read(name, pwd)


class _Reader(ExcelReader):  # type: ignore[misc]
    package: Manifest

    def read_strings(self) -> None:
        shared = self.package.find(SHARED_STRINGS)
        if shared is not None and self.archive.getinfo(shared.PartName[1:]).file_size > SHARED_MAX:
            raise _too_large()
        super().read_strings()

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """A chart holds no orders."""


def _too_large() -> FileUnreadable:
    return FileUnreadable(
        "Unpacked, the spreadsheet is too large.",
        field="file",
        remedy="Save the sheet as CSV, or split it.",
    )
