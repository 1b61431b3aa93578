from django.db import models

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class PartnerNote(models.Model):
    """What the people of a brand write down about a partner, for each other.

    It has no column for the partner: nothing that reads for a partner can come across it. It may
    be about a person, and so it can be deleted.
    """

    id = IdField("nte")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=now, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partnership", "-written_at"], name="note_partnership")]

    def __str__(self) -> str:
        return self.pk
