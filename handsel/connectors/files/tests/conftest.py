import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.services import check, start, upload
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.organizations.models import Member
from handsel.programs.models import Program

HEADER = ["Order", "Total", "Date", "Code"]
COLUMNS = {"Order": "order_reference", "Total": "amount", "Date": "occurred_at", "Code": "code"}


def csv_bytes(rows: list[list[Any]], header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def no_worker(_pk: str) -> None:
    """The test is the worker."""


def proposed(found: Import, **changes: Any) -> Mapping:
    """What was proposed for the file, with changes."""
    return Mapping.model_validate({**(found.mapping or {}), **changes})


Bring = Callable[..., Import]


@pytest.fixture
def bring(program: Program, ada: Member) -> Bring:
    """`bring(rows)`: uploaded, checked and imported by Ada; `check_only=True` stops before."""

    def bring(
        rows: list[list[Any]] | bytes,
        *,
        header: list[str] = HEADER,
        check_only: bool = False,
        **changes: Any,
    ) -> Import:
        content = rows if isinstance(rows, bytes) else csv_bytes(rows, header)
        found = upload(program, "orders.csv", io.BytesIO(content), actor=ada)
        check(found.pk, proposed(found, **changes), actor=ada, wake=no_worker)
        run(found.pk)
        if not check_only:
            start(found.pk, actor=ada, wake=no_worker)
            run(found.pk)
        found.refresh_from_db()
        return found

    return bring
