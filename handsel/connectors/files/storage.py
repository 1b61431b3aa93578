"""Where an uploaded file is: in the database, in pieces, so that any worker on any host has it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from handsel.connectors.files.models import Import, Piece
from handsel.connectors.files.reading import Table, open_table
from handsel.connectors.files.refusals import FileRemoved, FileTooLarge

FILE_BYTES_MAX = 50 * 1024 * 1024
PIECE_BYTES = 1024 * 1024


def measure(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256. Raises FileTooLarge."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        size += len(piece)
        digest.update(piece)
        if size > FILE_BYTES_MAX:
            raise FileTooLarge(
                "The file is larger than 50 MB.",
                field="file",
                remedy="Split it, or save it as CSV.",
                params={"most": FILE_BYTES_MAX},
            )
    return size, digest.hexdigest()


def store(found: Import, file: BinaryIO) -> None:
    file.seek(0)
    place = 0
    while piece := file.read(PIECE_BYTES):
        Piece.objects.create(brand_id=found.brand_id, file=found, place=place, content=piece)
        place += 1


def pieces(found: Import) -> Iterator[bytes]:
    """The file again. Raises FileRemoved."""
    if found.removed_at is not None:
        raise FileRemoved("This file is not kept any more.", remedy="Upload it again.")
    for pk in Piece.objects.filter(file=found).order_by("place").values_list("pk", flat=True):
        yield bytes(Piece.objects.values_list("content", flat=True).get(pk=pk))


@contextmanager
def copied(found: Import) -> Iterator[BinaryIO]:
    """A temporary copy on disk. Raises FileRemoved."""
    with TemporaryFile() as file:
        for piece in pieces(found):
            file.write(piece)
        yield file


@contextmanager
def opened(found: Import) -> Iterator[Table]:
    """Its table. Raises what `open_table` does."""
    with copied(found) as file:
        yield open_table(file, found.read_shape)
