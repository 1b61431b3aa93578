from datetime import datetime

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


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
    expires_at = models.DateTimeField(null=True, blank=True)
    fallback_url = models.URLField(max_length=2000, blank=True)
    """Where its visitors go once it is over or off; empty: where the program says."""
    schedule = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    split = models.JSONField(null=True)
    utm = models.JSONField(default=dict)
    subs = models.JSONField(default=dict)
    """These five are `links.directions` as JSON; `tracking.routing` says how they work together."""
    created_at = models.DateTimeField(default=now, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug

    def is_over(self, at: datetime) -> bool:
        """Whether it has come to its own end, or was switched off."""
        return self.disabled_at is not None or (
            self.expires_at is not None and self.expires_at <= at
        )


class LinkDefaults(models.Model):
    """What the links of a program have in common, and what partners may do with theirs."""

    id = IdField("lkd")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.OneToOneField(Program, models.PROTECT, related_name="link_defaults")
    utm = models.JSONField(default=dict)
    """As a link's own, which goes before it."""
    partners_route_since = models.DateTimeField(null=True)
    """Since when partners may set rules, splits and schedules of their links; null: not at all."""

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.pk


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
