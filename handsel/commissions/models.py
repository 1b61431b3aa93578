from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from handsel.conversions.models import Conversion
from handsel.organizations.models import Organization
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Commission(models.Model):
    """What one partnership earns for one conversion.

    `amount_minor` is the sum of its revisions' differences, and equals what the ledger says.
    `transition_next` numbers the next ledger key of this commission.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        REVERSED = "reversed", _("Reversed")

    id = IdField("com")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="commissions")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="commissions")
    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="commissions")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commissions")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)
    hold_until = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    transition_next = models.PositiveIntegerField(default=1)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversion", "partnership"], name="commission_once"),
        ]
        indexes = [
            models.Index(fields=["program", "-occurred_at"], name="commission_program"),
            models.Index(fields=["partnership", "-occurred_at"], name="commission_partnership"),
            models.Index(
                fields=["hold_until"],
                name="commission_to_approve",
                condition=models.Q(status="pending", withheld_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.pk


class Revision(models.Model):
    """One evaluation of a commission: its inputs, its steps, its amount. Never changed.

    `inputs` and `steps` are what the receipt and the proof file are made of: codes and
    parameters, no sentence; other partners appear in them only by kind and time.
    """

    id = IdField("rev")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    commission = models.ForeignKey(Commission, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=40)
    evaluation_version = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    inputs = models.JSONField()
    evaluation = models.JSONField()
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commission", "number"], name="revision_number"),
        ]

    def __str__(self) -> str:
        return f"{self.commission_id} {self.number}"
