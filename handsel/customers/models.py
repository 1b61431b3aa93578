from django.db import models

from handsel.clock import now
from handsel.organizations.models import Organization
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


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
