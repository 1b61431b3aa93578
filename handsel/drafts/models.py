from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group, Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class Draft(models.Model):
    """Terms that somebody is writing: for a group, for one partnership, or for nobody yet.

    `written` has the shape of terms, and may be wrong or have holes: what could not be read stands
    in it as it was typed. Partners never see it. One that is kept as a template stays; any other
    is over once it was used.
    """

    id = IdField("drf")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, related_name="drafts")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="drafts")
    partnership = models.ForeignKey(Partnership, models.CASCADE, null=True, related_name="drafts")
    name = models.CharField(_("name"), max_length=80, blank=True)
    written = models.JSONField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(null=True)
    template_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group=None) | models.Q(partnership=None),
                name="draft_for_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.pk

    @property
    def is_template(self) -> bool:
        return self.template_at is not None
