from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.conversions.models import Conversion
from handsel.organizations.models import Organization
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet

# What shops send by; `tracking` keeps here what of its own spool nobody can use.
SHOPS = frozenset({"api", "postback", "script", "pixel"})


class InboxEvent(models.Model):
    """What came from outside. Unique by (program, source, event id); what is refused stays here
    with its reason.

    `body` is what came by a spool, as it came, until it is understood: then the message in it,
    with an e-mail replaced by its hash, even if it is refused for what else is known. `delivery` is
    the spool and place it came by, so that a spool which is shipped again brings nothing twice.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PROCESSED = "processed", _("Processed")
        REFUSED = "refused", _("Refused")
        REPEATED = "repeated", _("Came again")

    id = IdField("inb")
    brand = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    trust = models.CharField(max_length=10)
    body = models.JSONField()
    body_digest = models.CharField(max_length=64)
    delivery = models.CharField(max_length=60, null=True, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=80, blank=True)
    params = models.JSONField(default=dict)
    came_with = models.JSONField(default=dict)
    """Beside the message: `visitor`, the key of its day, and by script `page` and `consent`."""
    conversion = models.ForeignKey(Conversion, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "source", "event_id"],
                name="inbox_event_once",
                nulls_distinct=False,
                condition=models.Q(status__in=["waiting", "processed"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="inbox_waiting", condition=models.Q(status="waiting")
            ),
            models.Index(fields=["brand", "-received_at"], name="inbox_brand"),
            models.Index(fields=["program", "source", "-received_at"], name="inbox_source"),
            models.Index(
                fields=["program", "-received_at"],
                name="inbox_refused",
                condition=models.Q(status="refused"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"

    def can_be_retried(self) -> bool:
        """Whether it was refused and what the shop sent is here: as it came, or understood."""
        return self.status == self.Status.REFUSED and bool(self.program_id and self.source in SHOPS)
