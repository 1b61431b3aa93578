"""Batches of payouts, what each is made of, where the money goes, and the files for the bank."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.engine.payouts import is_look
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.payouts.payers import Payer  # noqa: F401 (a table of this app)
from handsel.payouts.querysets import PayeeQuerySet, PayoutLineQuerySet, PayoutQuerySet
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet

GROUP = 4


class Payee(models.Model):
    """Where a partner's money goes: one version of it. A change is a new row; the newest holds.

    `iban` is without spaces; `country` is the account's.
    """

    id = IdField("pye")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="payees")
    holder_name = models.CharField(_("account holder"), max_length=120)
    iban = models.CharField(_("account number (IBAN)"), max_length=34)
    bic = models.CharField(_("bank code (BIC)"), max_length=11, blank=True)
    country = models.CharField(max_length=2)
    changed_at = models.DateTimeField(default=now, editable=False)
    changed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = PayeeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partner", "-changed_at"], name="payee_newest")]

    def __str__(self) -> str:
        return self.masked

    @property
    def organization_id(self) -> str:
        """It lies inside the partner: what is done to it is noted there."""
        return self.partner_id

    @property
    def masked(self) -> str:
        """`NO93 •••• 7947`: enough to know one's own account by, too little to use it."""
        return f"{self.iban[:GROUP]} •••• {self.iban[-GROUP:]}"


class Batch(models.Model):
    """Payouts of one program that are looked at and approved together.

    It collects what was approved from `collected_from` (null: from the beginning) until
    `collected_until`, excluded, and whatever is owed from before. `withheld_minor` was approved by
    then and is kept back; it is not in any payout. `number` counts a program's batches from 1.
    """

    id = IdField("bat")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="batches")
    currency = models.CharField(max_length=3)
    number = models.PositiveIntegerField()
    collected_from = models.DateTimeField(null=True)
    collected_until = models.DateTimeField()
    pays_on = models.DateField()
    withheld_minor = models.BigIntegerField(default=0)
    withheld_total = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(default=now, editable=False)
    proposed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    exported_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="batch_number"),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(approved_at=None, discarded_at=None),
                name="batch_in_proposal_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} {self.number}"

    @property
    def status(self) -> str:
        """`proposed`, `queued`, `sent`, `paid`, or `discarded`: of those payouts that were
        approved, the one that is least far."""
        if self.discarded_at:
            return "discarded"
        if self.approved_at is None:
            return Payout.Status.PROPOSED
        if self.completed_at:
            return Payout.Status.PAID
        return Payout.Status.SENT if self.exported_at else Payout.Status.QUEUED

    @property
    def last_day(self) -> date:
        """The last day whose approvals it collected."""
        return localdate(self.collected_until - timedelta(microseconds=1))

    @property
    def completed(self) -> bool:
        """Whether nothing is left to do: each payout is paid, failed, returned or left out."""
        return self.completed_at is not None


class Payout(models.Model):
    """Money for one partner out of one batch; `amount_minor` is what its lines add up to.

    `approved_minor` are the lines that pay, `adjusted_minor` (zero or negative) those that take
    back. While it is proposed it may be left out of its batch: by a person (dropped, delayed), or
    because there is nothing that could be paid (below the minimum, or more was taken back than
    earned); what it carries stays owed. `checks` are {"code", "params"} of `engine.payouts`.
    `cleared_at`: a person has looked at them. `transition_next` numbers its next ledger key.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("payout", "Proposed")
        QUEUED = "queued", pgettext_lazy("payout", "Approved")
        SENT = "sent", pgettext_lazy("payout", "Sent to the bank")
        PAID = "paid", pgettext_lazy("payout", "Paid")
        FAILED = "failed", pgettext_lazy("payout", "Failed")
        RETURNED = "returned", pgettext_lazy("payout", "Returned")

    class LeftOut(models.TextChoices):
        DROPPED = "dropped", _("Left out")
        DELAYED = "delayed", _("Waits for the next batch")
        BELOW_MINIMUM = "below_minimum", _("Below the minimum")
        OWED_BACK = "owed_back", _("More sent back than earned")
        NOTHING_LEFT = "nothing_left", _("Nothing left to pay")

    id = IdField("pay")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payouts")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="payouts")
    payee = models.ForeignKey(Payee, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=30, unique=True)
    amount_minor = models.BigIntegerField()
    approved_minor = models.BigIntegerField()
    adjusted_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    checks = models.JSONField(default=list)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    left_out_at = models.DateTimeField(null=True)
    left_out_kind = models.CharField(max_length=16, choices=LeftOut.choices, blank=True)
    left_out_because = models.TextField(blank=True)
    queued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    failure_reason = models.TextField(blank=True)
    transition_next = models.PositiveIntegerField(default=1)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "partnership"], name="payout_once"),
            models.CheckConstraint(
                condition=Q(amount_minor=models.F("approved_minor") + models.F("adjusted_minor")),
                name="payout_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(approved_minor__gte=0, adjusted_minor__lte=0),
                name="payout_parts_have_their_sides",
            ),
            models.CheckConstraint(
                condition=Q(left_out_at__isnull=False)
                | Q(amount_minor__gt=0, left_out_kind="", left_out_because=""),
                name="payout_pays_or_is_left_out",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(left_out_at=None, payee__isnull=False),
                name="payout_approved_is_payable",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Z0-9][A-Z0-9-]*[A-Z0-9]$"),
                name="payout_reference_travels",
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "-id"], name="payout_partnership"),
            models.Index(fields=["partner"], name="payout_partner"),
            models.Index(fields=["program", "status"], name="payout_program"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_waiting(self) -> bool:
        """Whether it still can be approved."""
        return self.status == self.Status.PROPOSED and self.left_out_at is None

    @property
    def needs_look(self) -> bool:
        """Whether a person has to look at it before it is approved."""
        return self.cleared_at is None and any(is_look(check["code"]) for check in self.checks)

    @property
    def is_blocked(self) -> bool:
        """Whether there is nowhere to pay it to."""
        return self.payee_id is None

    @property
    def decided_at(self) -> datetime | None:
        """When it came to the state it is in."""
        moments: dict[str, datetime | None] = {
            self.Status.PROPOSED: self.left_out_at,
            self.Status.QUEUED: self.queued_at,
            self.Status.SENT: self.sent_at,
            self.Status.PAID: self.paid_at,
            self.Status.FAILED: self.failed_at,
            self.Status.RETURNED: self.returned_at,
        }
        return moments[self.status]


STANDING = (Payout.Status.QUEUED, Payout.Status.SENT, Payout.Status.PAID)
"""The states in which a payout's lines count as no longer owed."""


class PayoutLine(models.Model):
    """What a payout carries of one commission, in minor units of the payout's currency: what was
    owed of it, or, negative, what was taken back after it had been paid."""

    id = IdField("pln")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    payout = models.ForeignKey(Payout, models.CASCADE, related_name="lines")
    commission = models.ForeignKey(Commission, models.PROTECT, related_name="payout_lines")
    amount_minor = models.BigIntegerField()

    objects = PayoutLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "commission"], name="payout_line_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payout_line_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.commission_id}"


class BankFile(models.Model):
    """A file for the bank, kept as it was handed out. Never made again, never changed."""

    id = IdField("fil")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="files")
    rail = models.CharField(max_length=16)
    payout_ids = ArrayField(models.CharField(max_length=40))
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    message_id = models.CharField(max_length=35)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    execute_on = models.DateField()
    made_at = models.DateTimeField(default=now, editable=False)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["batch", "rail", "-made_at"], name="bank_file_newest")]

    def __str__(self) -> str:
        return self.name
