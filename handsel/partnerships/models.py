from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.programs.models import Group, Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Partnership(models.Model):
    """One partner in one program: the centre of the model.

    `paused_at` is when the open pause began, and null without one: the state of now, which lists
    are narrowed by. What was in force at a time is judged by the pauses (`Pause`).
    """

    class Kind(models.TextChoices):
        CONTENT = "content", _("Content")
        COUPON = "coupon", _("Coupon")
        LOYALTY = "loyalty", _("Loyalty")
        INFLUENCER = "influencer", _("Influencer")
        BUSINESS = "business", _("Business")
        SUB_NETWORK = "sub_network", _("Sub-network")

    id = IdField("par")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="partnerships")
    program = models.ForeignKey(Program, models.PROTECT, related_name="partnerships")
    group = models.ForeignKey(Group, models.PROTECT, related_name="partnerships")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    created_at = models.DateTimeField(default=now, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "partner"], name="partnership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.program}"

    @property
    def status(self) -> str:
        """`active`, `paused` or `ended`."""
        if self.ended_at and self.ended_at <= now():
            return "ended"
        return "paused" if self.paused_at else "active"


class Pause(models.Model):
    """A time in which a partnership earns nothing new, from `began_at` (included) until `ended_at`
    (excluded; null while it lasts). `by` is who began it."""

    id = IdField("pau")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="pauses")
    began_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                name="pause_open_once",
                condition=models.Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="pause_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["partnership", "began_at"], name="pause_partnership")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d}"


class Agreement(models.Model):
    """A version of the terms of a partnership, with its period and who accepted it.

    `valid_until` is exclusive; null means until the next version. The first version is in force
    from the brand's offer on; the partner's acceptance is recorded when it comes.
    """

    id = IdField("agr")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    terms = models.JSONField()
    terms_digest = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "version"], name="agreement_version"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Acceptance(models.Model):
    """One side's signature under a version: who, when, and the text they had before them."""

    class Side(models.TextChoices):
        BRAND = "brand", _("Brand")
        PARTNER = "partner", _("Partner")

    id = IdField("sig")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    side = models.CharField(max_length=8, choices=Side.choices)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    language = models.CharField(max_length=8)
    terms_digest = models.CharField(max_length=64)
    accepted_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="accepted_once_by_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.accepted_at:%Y-%m-%d}"
