from typing import Self

from django.db import models

from handsel.clock import now
from handsel.domains.hosts import shown
from handsel.organizations.models import Organization
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class TrackingDomainQuerySet(OwnedQuerySet["TrackingDomain"]):
    def current(self) -> Self:
        """Those that were not taken away."""
        return self.filter(removed_at=None)


class TrackingDomain(models.Model):
    """A name of the brand's own on which the links of a program answer, as `go.brand.example`.

    A row outlives its removal: links that were shared with the name go on working for as long as
    it leads here, and no other brand gets the name in the meantime.
    """

    id = IdField("dom")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="tracking_domains")
    host = models.CharField(max_length=253, unique=True)
    """In lower case, without port; other letters than ASCII as punycode."""
    fallback_url = models.URLField(max_length=2000, blank=True)
    """Where visitors of unknown links go; empty: where those of disabled ones do."""
    added_at = models.DateTimeField(default=now, editable=False)
    removed_at = models.DateTimeField(null=True)
    primary_since = models.DateTimeField(null=True)
    check_asked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)
    leads_here_at = models.DateTimeField(null=True)
    """When DNS was last seen to lead here; null once it is seen to lead elsewhere."""
    verified_at = models.DateTimeField(null=True)
    """Since when all is well, but for what was mended within a few hours."""
    failing_since = models.DateTimeField(null=True)

    objects = TrackingDomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=models.Q(primary_since__isnull=False, removed_at=None),
                name="one_primary_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def name(self) -> str:
        """The host as people write it."""
        return shown(self.host)

    @property
    def is_primary(self) -> bool:
        return self.primary_since is not None

    @property
    def is_being_checked(self) -> bool:
        asked = self.check_asked_at
        return asked is not None and (self.checked_at is None or self.checked_at < asked)

    @property
    def status(self) -> str:
        """`works`, `failing` (it did, and may again), `checking`, or `not_ready`."""
        if self.verified_at is not None:
            return "failing" if self.failing_since else "works"
        return "checking" if self.is_being_checked else "not_ready"
