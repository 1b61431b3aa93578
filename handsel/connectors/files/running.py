"""Checking and importing, in batches that outlive a killed worker.

What a batch does, how far it came and what it adds to the report are one transaction. A batch
begins by locking the import's row; who finds that somebody else has gone on meanwhile stops.
A check does what the import does, and rolls it back: it finds what the import will find, but for
what one batch of the file changes in the view of the next.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from handsel.activity.services import record
from handsel.clock import now
from handsel.connectors.files.applying import Outcome, apply
from handsel.connectors.files.events import Event, Fault, Found, read_events
from handsel.connectors.files.known import SOURCE
from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.models import Import, RefusedRow
from handsel.connectors.files.naming import partners_named
from handsel.connectors.files.report import Report
from handsel.connectors.files.rows import COLUMN_OF
from handsel.connectors.files.storage import opened
from handsel.errors import DomainError
from handsel.intake.models import InboxEvent

log = structlog.get_logger("handsel.files")

BATCH = 200
# More of them are counted, not listed: a file that is wrong throughout is mended by its mapping.
REFUSED_KEPT = 10_000


def run(pk: str, *, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Check or import a file, from where it stands to its end or until `should_stop`."""
    found = Import.objects.select_related("program", "started_by").get(pk=pk)
    mapping = found.read_mapping
    if not found.is_running or mapping is None:
        return
    position = found.position
    try:
        with opened(found) as table:
            rest = islice(read_events(table, mapping), position, None)
            for batch in _batches(rest):
                if should_stop() or not _take(found, mapping, batch, position):
                    return
                position += len(batch)
    except DomainError as error:
        _stop(found, error)
    else:
        _finish(found, position)


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _take(found: Import, mapping: Mapping, batch: Sequence[Found], position: int) -> bool:
    """One batch; False when somebody else is at it."""
    if found.status == Import.Status.CHECKING:
        outcomes = _tried(found, mapping, batch)
        with transaction.atomic():
            return _note(found, batch, outcomes, position)
    with transaction.atomic():
        if not _is_mine(found, position):
            return False
        outcomes = _applied(found, mapping, batch)
        _list_in_inbox(found, batch, outcomes)
        return _note(found, batch, outcomes, position)


def _events(batch: Sequence[Found]) -> list[Event]:
    return [one for one in batch if isinstance(one, Event)]


def _tried(found: Import, mapping: Mapping, batch: Sequence[Found]) -> list[Outcome]:
    with _rolled_back():
        return _applied(found, mapping, batch)


def _applied(found: Import, mapping: Mapping, batch: Sequence[Found]) -> list[Outcome]:
    return apply(
        found.program,
        _events(batch),
        mapping,
        found.uploaded_at,
        file_name=found.file_name,
        actor=found.started_by,
    )


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _is_mine(found: Import, position: int) -> bool:
    """Whether it still stands where we left it. Nobody else moves it until we are done."""
    row = Import.objects.select_for_update().only("status", "position").get(pk=found.pk)
    return row.status == found.status and row.position == position


def _note(
    found: Import, batch: Sequence[Found], outcomes: Sequence[Outcome], position: int
) -> bool:
    if not _is_mine(found, position):
        return False
    report = Report.read(Import.objects.values_list("report", flat=True).get(pk=found.pk))
    report.add(batch, outcomes, partners_named(found.program, _events(batch)))
    if RefusedRow.objects.filter(file=found).count() < REFUSED_KEPT:
        rows = [_refused_row(found, fault) for fault in _faults(batch, outcomes)]
        RefusedRow.objects.bulk_create(rows, ignore_conflicts=True)
    Import.objects.filter(pk=found.pk).update(
        position=position + len(batch), report=report.kept(), moved_at=timezone.now()
    )
    return True


def _faults(batch: Sequence[Found], outcomes: Sequence[Outcome]) -> list[Fault]:
    """What the rows themselves are refused for, and what the inbox refused."""
    own = [one for one in batch if isinstance(one, Fault)]
    return own + [
        Fault(o.event.row, o.refusal, "", o.event.cells) for o in outcomes if o.refusal is not None
    ]


def _refused_row(found: Import, fault: Fault) -> RefusedRow:
    error = fault.error
    mapping = found.read_mapping
    named = COLUMN_OF.get(error.field, error.field)
    column = fault.column or next(iter(mapping.headings(named) if mapping else ()), "")
    return RefusedRow(
        brand_id=found.brand_id,
        file=found,
        row=fault.row,
        column=column[:100],
        reason=error.code[:60],
        field=error.field[:80],
        params=_plain(error.params),
        cells=list(fault.cells),
    )


def _list_in_inbox(found: Import, batch: Sequence[Found], outcomes: Sequence[Outcome]) -> None:
    """Refused rows stand where everything refused stands, with the row's number. Their cells do
    not: they may hold an address."""
    at = now()
    InboxEvent.objects.bulk_create(
        InboxEvent(
            brand_id=found.brand_id,
            program=found.program,
            source=SOURCE,
            event_id=f"{found.pk}:{fault.row}",
            kind="",
            trust="store",
            body={"import": found.pk, "file": found.file_name, "row": fault.row},
            body_digest="",
            status=InboxEvent.Status.REFUSED,
            reason=fault.error.code[:60],
            field=fault.error.field[:80],
            params=_plain({**fault.error.params, "row": fault.row, "column": fault.column}),
            received_at=found.uploaded_at,
            processed_at=at,
        )
        for fault in _faults(batch, outcomes)
    )


def _plain(params: dict[str, object]) -> Any:
    return json.loads(json.dumps(params, default=str))


@transaction.atomic
def _finish(found: Import, position: int) -> None:
    if not _is_mine(found, position):
        return
    row = Import.objects.get(pk=found.pk)
    if row.status == Import.Status.CHECKING:
        row.status, row.position = Import.Status.CHECKED, 0
        row.report = {**row.report, "total": position}
        row.save(update_fields=["status", "position", "report"])
        return
    row.status, row.finished_at = Import.Status.IMPORTED, now()
    row.report = {**row.report, "total": position}
    row.save(update_fields=["status", "finished_at", "report"])
    counts = {name: row.report[name] for name in ("new", "changed", "known", "refused")}
    record("import.finished", row, actor=found.started_by, data={"file": row.file_name, **counts})


@transaction.atomic
def _stop(found: Import, error: DomainError) -> None:
    """The file itself is at fault; what was taken until here stays, and is in the report."""
    row = Import.objects.select_for_update().get(pk=found.pk)
    if row.status != found.status:
        return
    row.status, row.problem = Import.Status.STOPPED, error.code[:60]
    row.problem_params = _plain(error.params)
    row.save(update_fields=["status", "problem", "problem_params"])
    record("import.stopped", row, actor=found.started_by, reason=error.code)
    log.info("import stopped", file=row.pk, reason=error.code)
