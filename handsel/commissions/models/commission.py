from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.conversions.models import Conversion
from handsel.engine.payouts import position_minor
from handsel.organizations.models import Organization
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet

# Something is owed of it, to the partner or back: `owed_minor` is not zero.
NOT_SETTLED = (models.Q(status="approved") & ~models.Q(amount_minor=models.F("paid_out_minor"))) | (
    ~models.Q(status="approved") & ~models.Q(paid_out_minor=0)
)


class Commission(models.Model):
    """What one partnership earns for one conversion, one period, one day of a link's clicks, or one
    bonus; what it is given for those whom it brought; or what a person gave or took by hand.

    That of a conversion has its `conversion`, any other a `subject`, its name within the kind, and
    `about`, the parameters that `ui.wording.commissions` names it by. One that is a share of what
    another partner earned `follows` that commission. Periods and days last from `starts_at`
    (included) until `ends_at` (excluded).

    `amount_minor` is what its last revision says, the sum of their differences. While it is
    pending or approved, the ledger owes exactly that, less what payouts carry of it
    (`paid_out_minor`, the sum of its lines in payouts that stand); a declined one keeps it as what
    was declined, and the ledger owes nothing for it. `transition_next` numbers its next ledger key.
    `provisional`: the clicks of its time had not all arrived when it was evaluated.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        PERIOD = "period", _("Period")
        DAY = "day", _("Clicks and impressions")
        BONUS = "bonus", _("Bonus")
        OVERRIDE = "override", _("Partners brought")
        MANUAL = "manual", _("Adjustment")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        REVERSED = "reversed", _("Reversed")

    class Reversal(models.TextChoices):
        CANCELLED = "cancelled", _("The order was cancelled")
        REFUNDED = "refunded", _("Everything was sent back")
        ANOTHER_TOUCH = "another_touch", _("Another partner is credited")
        NO_ELIGIBLE_TOUCH = "no_eligible_touch", _("Nobody is credited any more")
        NOT_EARNED = "not_earned", _("What it was earned by has fallen away")

    id = IdField("com")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="commissions")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="commissions")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ORDER)
    conversion = models.ForeignKey(
        Conversion, models.PROTECT, null=True, related_name="commissions"
    )
    subject = models.CharField(max_length=200, blank=True)
    about = models.JSONField(default=dict)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commissions")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)
    hold_until = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_because = models.CharField(max_length=20, choices=Reversal.choices, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    paid_out_minor = models.BigIntegerField(default=0)
    transition_next = models.PositiveIntegerField(default=1)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversion", "partnership"], name="commission_once"),
            models.UniqueConstraint(
                fields=["partnership", "kind", "subject"],
                name="commission_once_by_subject",
                condition=~models.Q(kind="order"),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="order", conversion__isnull=False, subject="")
                | (~models.Q(kind="order") & models.Q(conversion=None) & ~models.Q(subject="")),
                name="commission_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-occurred_at"], name="commission_program"),
            models.Index(fields=["partnership", "-occurred_at"], name="commission_partnership"),
            models.Index(
                fields=["hold_until"],
                name="commission_to_approve",
                condition=models.Q(status="pending", withheld_at=None),
            ),
            # What a payout could carry; most of what there ever was is paid.
            models.Index(
                fields=["program", "partnership"],
                name="commission_not_settled",
                condition=NOT_SETTLED,
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def order(self) -> Conversion:
        """Its conversion, where it is known to have one. Raises ValueError where it has none."""
        if self.conversion is None:
            raise ValueError(f"{self.pk} is not of one order.")
        return self.conversion

    @property
    def owed_minor(self) -> int:
        """What is owed of it now; negative when more was paid than it came to in the end."""
        is_approved = self.status == self.Status.APPROVED
        return position_minor(self.amount_minor, self.paid_out_minor, is_approved=is_approved)

    def is_approvable(self) -> bool:
        """Whether a person may approve it; the end of the hold is for the clock to wait for."""
        return self.is_pending and self.withheld_at is None and not self.provisional


class Revision(models.Model):
    """One evaluation of a commission: its inputs, its steps, its amount. Never changed.

    `inputs` and `evaluation` are values of the engine (`Inputs` and `Evaluation`, of a settlement
    `SettlementInputs` and `Settlement`), what the receipt and the proof file are made of: codes
    and parameters, no sentence; other partners appear in them only by kind and time. `cause` says
    what had come since the revision before; of a settlement it is always `settled`.
    """

    class Cause(models.TextChoices):
        FIRST = "first", _("The order")
        CANCEL = "cancel", _("A cancellation")
        REFUND = "refund", _("A refund")
        ORDER = "order", _("News of the order")
        CUSTOMER = "customer", _("News of the customer")
        TOUCH = "touch", _("News of a click or code")
        AGREEMENT = "agreement", _("News of an agreement")
        SETTLED = "settled", _("What it is counted from")

    id = IdField("rev")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    commission = models.ForeignKey(Commission, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=40, choices=Cause.choices)
    evaluation_version = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    inputs = models.JSONField()
    evaluation = models.JSONField()
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commission", "number"], name="revision_number"),
        ]

    def __str__(self) -> str:
        return f"{self.commission_id} {self.number}"
