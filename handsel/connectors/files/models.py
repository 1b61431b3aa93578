import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.reading import Shape
from handsel.organizations.models import Member, Organization
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class Import(models.Model):
    """A file of conversions on its way into the inbox, and afterwards the record of it.

    `shape` and `mapping` say how it is read (`reading.Shape`, `mapping.Mapping`), `profile` shows
    examples of its columns. While it is checked or imported, `position` counts what was done of
    what the file holds; `report` is what came of it (`report.Report`). `moved_at` is when a worker
    last did something to it, in real time. `problem` is why it stopped, a refusal's code.
    """

    class Status(models.TextChoices):
        MAPPING = "mapping", _("To be mapped")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        STOPPED = "stopped", _("Stopped")
        GIVEN_UP = "given_up", _("Given up")

    id = IdField("imp")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.MAPPING)
    shape = models.JSONField()
    mapping = models.JSONField(null=True)
    profile = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField(default=now, editable=False)
    uploaded_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["program", "-uploaded_at"], name="import_program"),
            models.Index(
                fields=["moved_at"],
                name="import_running",
                condition=models.Q(status__in=["checking", "importing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.status in {self.Status.CHECKING, self.Status.IMPORTING}

    @property
    def read_shape(self) -> Shape:
        return Shape.model_validate_json(json.dumps(self.shape))

    @property
    def read_mapping(self) -> Mapping | None:
        """What was chosen; None while nothing was. It may be a proposal that lacks something."""
        return Mapping.model_validate_json(json.dumps(self.mapping)) if self.mapping else None

    @property
    def rows_total(self) -> int:
        """How many things the check found in the file; 0 before."""
        return int(self.report.get("total", 0))


class Piece(models.Model):
    """A megabyte of an uploaded file. Removed some weeks after the upload; see `removing`."""

    id = IdField("pce")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    file = models.ForeignKey(Import, models.PROTECT, related_name="pieces")
    place = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "place"], name="piece_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.place}"


class RefusedRow(models.Model):
    """A row that cannot be taken, with its cells, so that it can be mended and sent again."""

    id = IdField("rfr")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    file = models.ForeignKey(Import, models.PROTECT, related_name="refused_rows")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=60)
    field = models.CharField(max_length=80, blank=True)
    params = models.JSONField(default=dict)
    cells = models.JSONField(default=list)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.row}"


class SavedMapping(models.Model):
    """A mapping by a name of its own, for the next file of the same kind."""

    id = IdField("map")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="saved_mappings")
    name = models.CharField(max_length=80)
    mapping = models.JSONField()
    saved_at = models.DateTimeField(default=now)
    saved_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="saved_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name
