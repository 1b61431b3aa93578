from django.db import models
from django.utils.timezone import now

from handsel.rows.fields import IdField


class Letter(models.Model):
    """An e-mail in the outbox: written with the change that causes it, sent afterwards.

    `due_at` is when it may next be tried. A try is counted before it is made, so that a letter
    on which the worker dies is not tried for ever.
    """

    id = IdField("ltr")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, given_up_at=None),
                name="letter_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
