"""Statements: the paper that goes with a payout. What it says is kept as it was issued."""

from django.db import models
from django.utils.translation import pgettext_lazy

from handsel.clock import now
from handsel.ledger.models import Checkpoint
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Payout
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Statement(models.Model):
    """Of one payout. Never changed or deleted.

    `content` is a `StatementContent` of the engine, without names, and `fingerprint` its hash.
    `number` is `ST-2026-09-0001`: `sequence` counts a brand's statements of a `month`, without
    gaps. `checkpoint` is the ledger's latest when it was issued, and covers the payout.
    """

    id = IdField("stm")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="statements")
    payout = models.OneToOneField(Payout, models.PROTECT, related_name="statement")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    month = models.CharField(max_length=7)
    sequence = models.PositiveIntegerField()
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "month", "sequence"], name="statement_in_sequence"
            ),
            models.UniqueConstraint(fields=["brand", "number"], name="statement_number"),
        ]
        indexes = [models.Index(fields=["partnership", "-issued_at"], name="statement_newest")]

    def __str__(self) -> str:
        return self.number


class StatementNames(models.Model):
    """The names on a statement (`Parties` of the engine). The row may be erased: the statement
    holds but its hash."""

    id = IdField("stn")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    statement = models.OneToOneField(Statement, models.PROTECT, related_name="names")
    parties = models.JSONField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "statement names"

    def __str__(self) -> str:
        return self.statement_id


class Notice(models.Model):
    """That the partner's people were told of a payout: once for each thing that can happen."""

    class Kind(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("notice", "On its way")
        PAID = "paid", pgettext_lazy("notice", "Paid")
        FAILED = "failed", pgettext_lazy("notice", "Failed")
        RETURNED = "returned", pgettext_lazy("notice", "Came back")

    id = IdField("ntc")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    told_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.kind}"
