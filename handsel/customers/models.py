from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


class Customer(models.Model):
    """A buyer, known by the shop's own id or by the SHA-256 of a normalised e-mail. Erasable.

    `merged_into`: a guest who turned out to be this customer; the row stays for what names it.
    """

    id = IdField("cus")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="customers")
    shop_customer_id = models.CharField(max_length=200, null=True, blank=True)
    email_hash = models.CharField(max_length=64, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "shop_customer_id"], name="customer_once_by_shop_id"
            ),
            models.UniqueConstraint(
                fields=["program", "email_hash"], name="customer_once_by_email"
            ),
        ]

    def __str__(self) -> str:
        return self.pk


class BindingQuerySet(SharedQuerySet["Binding"]):
    def running(self, at: datetime) -> Self:
        """Those by which orders made at a moment may be the partner's."""
        open_end = models.Q(until=None) | models.Q(until__gt=at)
        not_ended = models.Q(ended_at=None) | models.Q(ended_at__gt=at)
        return self.filter(open_end, not_ended, released_at=None)


class Binding(models.Model):
    """A customer whose orders are one partner's, without a click.

    `automatic`: the order `conversion_id` was credited to the partner, whose agreement keeps its
    customers; it holds from that order's time until `until` (None: for ever). `assigned`: a person
    said so, with a reason. `ended_at` is from when on orders are no longer the partner's, because
    a person said so. `released_at`: the order that made it is the partner's no more, so it counts
    for nothing, as if it had never been. Rows are never deleted, and say the same for ever but for
    these two ends; who did what and why stands in the record of activity.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned by hand")
        AUTOMATIC = "automatic", _("By the first order")

    id = IdField("bnd")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="bindings")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="bindings")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    conversion_id = IdField("con", primary_key=False, null=True)  # type: ignore[misc]
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    ended_because = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    objects = BindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversion_id"],
                name="binding_once_by_order",
                condition=models.Q(released_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="automatic", conversion_id__isnull=False)
                | (models.Q(kind="assigned", conversion_id=None) & ~models.Q(reason="")),
                name="binding_has_a_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "since"], name="binding_customer"),
            models.Index(fields=["program", "-since"], name="binding_program"),
            models.Index(fields=["partnership", "-since"], name="binding_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.partnership_id}"

    @property
    def ends_at(self) -> datetime | None:
        """From when on orders are not the partner's any more; None: for ever."""
        return min((end for end in (self.until, self.ended_at) if end), default=None)

    def is_running(self, at: datetime) -> bool:
        """Whether orders made from now on may be the partner's by it."""
        return self.released_at is None and (self.ends_at is None or at < self.ends_at)

    def holds(self, at: datetime) -> bool:
        return self.since <= at and self.is_running(at)
