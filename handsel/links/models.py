from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Link(models.Model):
    """A tracking link. `number` is what click ids carry; triggers tell tracking of changes."""

    id = IdField("lnk")
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(models.Value("links_link_number"), function="nextval"),
    )
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="links")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="links")
    slug = models.CharField(_("name in the address"), max_length=80, unique=True)
    url = models.URLField(_("destination"), max_length=2000)
    name = models.CharField(_("name"), max_length=120, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug


class Code(models.Model):
    """A personal discount code: an order that carries it is credited to its partnership."""

    id = IdField("cod")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="codes")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="codes")
    code = models.CharField(_("code"), max_length=40)
    buyer_discount_ppm = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("program", Upper("code"), name="code_once_in_program"),
        ]

    def __str__(self) -> str:
        return self.code
