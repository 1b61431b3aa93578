"""Double-entry, append-only. `handsel.ledger.services.post` is the only writer.

Organizations are named by id only: the ledger stands beside them, not on them.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.engine.values import AMOUNT_MINOR_MAX
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet

if TYPE_CHECKING:
    # IdField promises text; these may be null.
    Mention = models.Field[str | None, str | None]


class Account(models.Model):
    """A ledger account, named `kind:owner`, as `payable:par_…`. One account holds any currency.

    What each kind is for, and on which side it grows, is in `handsel.ledger.chart`.
    """

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
    partner_id: "Mention" = IdField("org", primary_key=False, null=True)  # type: ignore

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Concat(F("kind"), Value(":"), F("owner_id"))),
                name="account_name_is_kind_and_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id"], name="account_owner"),
            models.Index(fields=["brand_id", "kind"], name="account_brand"),
            models.Index(fields=["partner_id"], name="account_partner"),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """A journal entry: postings that sum to zero per currency. `key` names the transition.

    `line_count` is how many postings it has: none can be added later. `evidence` is the hash of
    the evaluation it posts, in hexadecimal, or empty (see `handsel.engine.proof.evidence`).
    """

    id = IdField("ent")
    key = models.CharField(max_length=120, unique=True)
    subject_id = models.CharField(max_length=40)
    brand_id = IdField("org", primary_key=False)
    partner_id: "Mention" = IdField("org", primary_key=False, null=True)  # type: ignore
    evidence = models.CharField(max_length=64, blank=True)
    line_count = models.PositiveSmallIntegerField()
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
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    brand_id = IdField("org", primary_key=False)
    partner_id: "Mention" = IdField("org", primary_key=False, null=True)  # type: ignore

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="posting_not_zero"),
            models.CheckConstraint(
                condition=Q(amount_minor__range=(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX)),
                name="posting_amount_fits_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="posting_currency_is_a_code"
            ),
        ]
        indexes = [
            # Sums are read from the index alone, row policy included; partner_id comes early for
            # the row policy of accounts.
            models.Index(
                fields=["account", "partner_id", "currency"],
                include=["amount_minor", "brand_id"],
                name="posting_sums",
            ),
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


class Node(models.Model):
    """The hash over a complete, aligned run of leaves: those from index * 2**level on, 2**level
    of them. It never changes. Level 0 is the leaves' own `hash`, so levels here start at 1."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Unsealed(models.Model):
    """An entry that waits for its leaf: put here by a trigger in the entry's own transaction, so
    that it is seen exactly when the entry is, however late that transaction commits."""

    id = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="unsealed")

    class Meta:
        verbose_name_plural = "unsealed"

    def __str__(self) -> str:
        return self.entry_id


class Checkpoint(models.Model):
    """The tree's root at a size, signed with the installation's key."""

    id = IdField("chk")
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)
