from django.db import models
from django.utils.timezone import now

from handsel.rows.fields import IdField


class Letter(models.Model):
    """An e-mail in the outbox: written with the change that causes it, sent afterwards."""

    id = IdField("ltr")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.subject
