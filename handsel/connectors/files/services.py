"""What people do with a file: upload it, say what it means, have it checked, import it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePath
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from handsel.activity.services import record
from handsel.clock import now
from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.models import Import, Piece, RefusedRow, SavedMapping
from handsel.connectors.files.proposals import dates_are_ambiguous, look, names_partner, propose
from handsel.connectors.files.reading import Shape, detect, open_table
from handsel.connectors.files.refusals import FileRemoved, NotThatFar, ValueMissing
from handsel.connectors.files.storage import copied, measure, store
from handsel.organizations.models import Member
from handsel.programs.models import Program

KEPT_DAYS = 30
S = Import.Status


@transaction.atomic
def upload(program: Program, name: str, file: BinaryIO, *, actor: Member | None) -> Import:
    """Keep a file, and propose how it is read and what its columns mean.

    Raises FileTooLarge, FileKindUnknown, FileUnreadable and FileEmpty; then nothing is kept.
    """
    size_bytes, digest = measure(file)
    shape = detect(file)
    found = Import(
        brand_id=program.brand_id,
        program=program,
        file_name=PurePath(name.replace("\\", "/")).name[:200] or "file",
        size_bytes=size_bytes,
        digest=digest,
        uploaded_by=actor,
    )
    _describe(found, shape, file)
    found.save(force_insert=True)
    store(found, file)
    record("import.uploaded", found, actor=actor, data={"file": found.file_name, "sha256": digest})
    return found


@transaction.atomic
def reshape(pk: str, changes: dict[str, Any]) -> Import:
    """Read the file another way: another sheet, encoding, delimiter, row of headings. The mapping
    is proposed anew. Raises ShapeUnusable and FileUnreadable."""
    found = _locked(pk, S.MAPPING, S.CHECKED, S.STOPPED)
    shape = Shape.model_validate({**found.read_shape.model_dump(), **changes})
    found.shape = shape.model_dump(mode="json")
    with copied(found) as file:
        _describe(found, shape, file)
    _begin_again(found)
    found.status = S.MAPPING
    found.save(update_fields=["shape", "mapping", "profile", "status", *_BEGUN])
    return found


def _describe(found: Import, shape: Shape, file: BinaryIO) -> None:
    columns = look(open_table(file, shape))
    found.shape = shape.model_dump(mode="json")
    proposed = propose(columns, found.program)
    found.mapping = proposed.model_dump(mode="json")
    dated = [c for c in columns if proposed.columns.get(c.heading) in {"occurred_at", "updated_at"}]
    found.profile = {
        "columns": [column.kept() for column in columns],
        "partner_column": names_partner(columns),
        "dates_ambiguous": dates_are_ambiguous(dated),
    }


_BEGUN = ["position", "report", "problem", "problem_params", "moved_at"]


def _begin_again(found: Import) -> None:
    RefusedRow.objects.filter(file=found).delete()
    found.position, found.report, found.problem, found.problem_params = 0, {}, "", {}
    found.moved_at = timezone.now()


@transaction.atomic
def check(
    pk: str, mapping: Mapping, *, actor: Member | None, wake: Callable[[str], None]
) -> Import:
    """Have every row understood by this mapping, without writing. `wake` calls the worker.

    Raises ColumnMissing where the file lacks a column, NotThatFar once it is imported.
    """
    found = _locked(pk, S.MAPPING, S.CHECKED, S.STOPPED)
    mapping.check_against([column["heading"] for column in found.profile["columns"]])
    found.mapping = mapping.model_dump(mode="json")
    found.status = S.CHECKING
    _begin_again(found)
    found.save(update_fields=["mapping", "status", *_BEGUN])
    wake(found.pk)
    return found


@transaction.atomic
def start(pk: str, *, actor: Member | None, wake: Callable[[str], None]) -> Import:
    """Import what was checked. From here on it is a fact of the shop's, said by this person."""
    found = _locked(pk, S.CHECKED, S.IMPORTING, S.IMPORTED)
    if found.status != S.CHECKED:
        return found
    found.status, found.started_at, found.started_by = S.IMPORTING, now(), actor
    found.position, found.moved_at = 0, timezone.now()
    found.report = {"total": found.rows_total}
    fields = ["status", "started_at", "started_by", "position", "moved_at", "report"]
    found.save(update_fields=fields)
    record("import.started", found, actor=actor, data={"file": found.file_name})
    wake(found.pk)
    return found


@transaction.atomic
def discard(pk: str, *, actor: Member | None) -> Import:
    """Give a file up before it is imported; it is removed at once."""
    found = _locked(pk, S.MAPPING, S.CHECKING, S.CHECKED, S.STOPPED, S.GIVEN_UP)
    if found.status != S.GIVEN_UP:
        found.status = S.GIVEN_UP
        found.save(update_fields=["status"])
        _remove(found)
        record("import.discarded", found, actor=actor, data={"file": found.file_name})
    return found


@transaction.atomic
def remove_file(pk: str, *, actor: Member | None) -> Import:
    """Forget the file and the cells of refused rows. What was imported stays, and so do the
    file's name, digest and report."""
    found = _locked(pk, S.IMPORTED, S.STOPPED, S.GIVEN_UP)
    if found.removed_at is None:
        _remove(found)
        record("import.file-removed", found, actor=actor, data={"file": found.file_name})
    return found


def remove_old() -> int:
    """Forget files that have been kept long enough, and give up what nobody has imported; how
    many."""
    old = Import.objects.filter(
        removed_at=None, uploaded_at__lt=now() - timedelta(days=KEPT_DAYS)
    ).exclude(status__in=[S.CHECKING, S.IMPORTING])
    for found in old:
        with transaction.atomic():
            if found.status != S.IMPORTED:
                found.status = S.GIVEN_UP
                found.save(update_fields=["status"])
            _remove(found)
    return len(old)


def _remove(found: Import) -> None:
    Piece.objects.filter(file=found).delete()
    RefusedRow.objects.filter(file=found).update(cells=[], params={})
    found.removed_at, found.profile = now(), {}
    found.save(update_fields=["removed_at", "profile"])


@transaction.atomic
def save_mapping(
    program: Program, name: str, mapping: Mapping, *, actor: Member | None
) -> SavedMapping:
    """Keep a mapping under a name; one of that name is replaced. Raises ValueMissing."""
    if not name.strip():
        raise ValueMissing(
            "The mapping has no name.", field="name", remedy="Name it.", params={"name": "name"}
        )
    saved, _created = SavedMapping.objects.update_or_create(
        program=program,
        name=name.strip()[:80],
        defaults={
            "brand_id": program.brand_id,
            "mapping": mapping.model_dump(mode="json"),
            "saved_at": now(),
            "saved_by": actor,
        },
    )
    return saved


def _locked(pk: str, *at: str) -> Import:
    found = Import.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    if found.status not in at:
        raise NotThatFar(
            f"The import is {found.status}.",
            remedy="Look at where it stands.",
            params={"status": found.status},
        )
    if found.removed_at is not None and found.status not in {S.IMPORTED, S.GIVEN_UP}:
        raise FileRemoved("This file is not kept any more.", remedy="Upload it again.")
    return found
