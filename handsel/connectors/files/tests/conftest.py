import io
from collections.abc import Callable
from typing import Any

import pytest

from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.services import check, start, upload
from handsel.connectors.files.tests.bringing import HEADER, csv_bytes, no_worker, proposed
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.organizations.models import Member
from handsel.programs.models import Program

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
