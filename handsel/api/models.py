from django.db import models
from django.utils.timezone import now

from handsel.organizations.models import InsideQuerySet, Organization


class KeptAnswer(models.Model):
    """What a request with an `Idempotency-Key` was answered, for the same request sent again.

    Written in the transaction of what the request did, so that there is no effect without its
    answer. `request_digest` is the SHA-256 of method, address and body.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = InsideQuerySet.as_manager()

    class Meta:
        db_table = "api_idempotency"
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="idempotency_key_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "created_at"], name="idempotency_age"),
        ]

    def __str__(self) -> str:
        return self.key
