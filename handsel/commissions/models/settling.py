"""What commissions that are not of one order are settled from, besides orders and clicks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.commissions.models.commission import Commission
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Unsettled(models.Model):
    """A note that something has changed which a settlement depends on.

    The database writes one with every revision of an order's, a day's or a period's commission and
    with every change of its state (`commission`; `at` is when it occurred before, where that
    has changed), so that none can be forgotten. Others name a partnership and a moment. Notes are
    only added, and deleted by who settles: nobody waits for anybody to write one.
    """

    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False)
    commission = models.ForeignKey(Commission, models.CASCADE, null=True, related_name="+")
    partnership = models.ForeignKey(Partnership, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="unsettled_due")]

    def __str__(self) -> str:
        return f"{self.commission_id or self.partnership_id}"


class DayCounted(models.Model):
    """How many clicks and impressions of a link the rollups knew when its day was settled last: a
    day that they know more of by now is settled again."""

    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False)
    partnership_id = IdField("par", primary_key=False)
    link_id = IdField("lnk", primary_key=False)
    day = models.DateField()
    clicks = models.PositiveBigIntegerField()
    impressions = models.PositiveBigIntegerField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership_id", "link_id", "day"], name="day_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.link_id}"


class Brought(models.Model):
    """That `partnership` brought another one into the program, and may earn by it.

    `reason` is why the brand says so. One that was brought has one that brought it at a time.
    """

    id = IdField("brt")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="bringings")
    other = models.ForeignKey(Partnership, models.PROTECT, related_name="brought")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["other"], name="brought_once", condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                condition=~models.Q(other=models.F("partnership")), name="brought_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} by {self.partnership_id}"


class Submission(models.Model):
    """Proof that a task was done, or how often a post was seen: handed in, reviewed, then paid.

    `place` is the bonus in the agreement's terms, `name` the task's. `number` counts the approved
    ones of a task. `views` is what the partner says, `views_confirmed` what the brand found.
    """

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        VIEWS = "views", _("Views")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    id = IdField("sub")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="submissions")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=2000, blank=True)
    views = models.PositiveBigIntegerField(default=0)
    views_confirmed = models.PositiveBigIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    handed_in_at = models.DateTimeField(default=now, editable=False)
    handed_in_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    commission = models.ForeignKey(Commission, models.PROTECT, null=True, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name", "number"],
                name="submission_number",
                condition=models.Q(kind="task"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "handed_in_at"],
                name="submission_waiting",
                condition=models.Q(status="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING


class PromisedPerk(models.Model):
    """Something promised that is no money, and how far it is: promised, on its way, delivered or
    declined. `number` counts the months or quarters of one that is promised again each time."""

    class Status(models.TextChoices):
        PROMISED = "promised", _("Promised")
        ON_ITS_WAY = "on_its_way", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        DECLINED = "declined", _("Declined")

    id = IdField("prk")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="perks")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    number = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROMISED)
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name", "number"], name="perk_once"),
        ]
        indexes = [
            models.Index(
                fields=["program", "due_at"],
                name="perk_open",
                condition=models.Q(status__in=["promised", "on_its_way"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.PROMISED, self.Status.ON_ITS_WAY}

    @property
    def badge(self) -> str:
        """Its state among badges, where `delivered` is a call of a postback."""
        return "handed_over" if self.status == self.Status.DELIVERED else self.status
