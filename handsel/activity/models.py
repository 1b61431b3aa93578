from django.db import models

from handsel.clock import now
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Activity(models.Model):
    """Who did what, when and why. Written by services in their own transaction; never changed."""

    id = IdField("act")
    brand = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, related_name="+"
    )
    actor = models.ForeignKey(
        "organizations.Member", models.DO_NOTHING, null=True, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["subject_id", "recorded_at"], name="activity_subject"),
            models.Index(fields=["brand", "-recorded_at"], name="activity_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"
