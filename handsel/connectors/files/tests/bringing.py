"""Files brought the way people do, with the test as the worker."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.services import check, save_mapping, upload
from handsel.organizations.models import Member
from handsel.programs.models import Program

HEADER = ["Order", "Total", "Date", "Code"]


def csv_bytes(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def no_worker(_pk: str) -> None:
    """The test is the worker."""


def proposed(found: Import, **changes: Any) -> Mapping:
    """What was proposed for the file, with changes."""
    return Mapping.model_validate({**(found.mapping or {}), **changes})


def bring_file(program: Program, actor: Member) -> Import:
    """A file that was checked, with a row that is refused, and a mapping that was kept."""
    rows = [["F-1", "12.00", "2026-11-01", ""], ["F-2", "a lot", "2026-11-01", ""]]
    found = upload(program, "orders.csv", io.BytesIO(csv_bytes(rows)), actor=actor)
    mapping = proposed(found)
    save_mapping(program, "The till", mapping, actor=actor)
    check(found.pk, mapping, actor=actor, wake=no_worker)
    run(found.pk)
    found.refresh_from_db()
    return found
