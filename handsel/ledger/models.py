"""Double-entry, append-only. `handsel.ledger.services.post` is the only writer.

Organizations are named by id only: the ledger stands beside them, not on them.
"""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Account(models.Model):
    """A ledger account, named `kind:owner`, as `payable:par_…`. One account holds any currency."""

    class Kind(models.TextChoices):
        PENDING = "pending", _("Owed, waiting")
        PAYABLE = "payable", _("Owed, approved")
        IN_TRANSIT = "in_transit", _("On its way")
        RECEIVABLE = "receivable", _("Owed back")
        CASH = "cash", _("Cash")
        PREPAID = "prepaid", _("Prepaid balance")
        COMMISSION_EXPENSE = "commission_expense", _("Commission cost")
        BONUS_EXPENSE = "bonus_expense", _("Bonus cost")
        FEE_EXPENSE = "fee_expense", _("Fees")
        VAT = "vat", _("VAT")
        TAX_WITHHELD = "tax_withheld", _("Tax withheld")
        RAIL_FEES = "rail_fees", _("Rail fees")
        CURRENCY_CLEARING = "currency_clearing", _("Currency clearing")
        CURRENCY_GAINS = "currency_gains", _("Currency gains and losses")
        ROUNDING = "rounding", _("Rounding")

    id = IdField("acc")
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    owner_id = models.CharField(max_length=40)
    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False, null=True)

    objects = SharedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """A journal entry: postings that sum to zero per currency. `key` names the transition."""

    id = IdField("ent")
    key = models.CharField(max_length=120, unique=True)
    subject_id = models.CharField(max_length=40)
    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False, null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject_id", "recorded_at"], name="entry_subject")]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of an entry. Debits are positive, credits negative, in minor units."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False, null=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="posting_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_minor} {self.currency}"


class Leaf(models.Model):
    """An entry's place in the Merkle tree (RFC 6962). Numbers are dense and start at 0."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")
    salt = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return str(self.number)


class Checkpoint(models.Model):
    """The tree's root at a size, signed with the installation's key. `frontier` is what the
    next leaves are added to, so that sealing never rehashes what is sealed."""

    id = IdField("chk")
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    frontier = models.JSONField()
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)
