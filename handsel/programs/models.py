from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class Program(models.Model):
    """One brand's affiliate program."""

    class Goal(models.TextChoices):
        AWARENESS = "awareness", _("Become known")
        NEW_CUSTOMERS = "new_customers", _("New customers")
        ORDER_VALUE = "order_value", _("Larger orders")

    class ClickFilter(models.TextChoices):
        """What suspicious clicks may do; see docs/clicks.md."""

        STRICT = "strict", _("Strict")
        MODERATE = "moderate", _("Moderate")
        RELAXED = "relaxed", _("Relaxed")

    id = IdField("prg")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="programs")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    site_url = models.URLField(_("shop's address"))
    domains = ArrayField(models.CharField(max_length=253), default=list)
    fallback_url = models.URLField(blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal.choices)
    postback_secret = models.CharField(max_length=64)
    postback_secret_before = models.CharField(max_length=64, blank=True)
    """Good until `postback_secret_before_until`, while its users move to the new one."""
    postback_secret_before_until = models.DateTimeField(null=True, blank=True)
    postback_secret_before_used_at = models.DateTimeField(null=True, blank=True)
    click_filter = models.CharField(
        max_length=10, choices=ClickFilter.choices, default=ClickFilter.MODERATE
    )
    repeat_window_s = models.PositiveIntegerField(default=10)
    """So long after a visitor's click the next one on the same link is a repeat; 0: never."""
    answer_days = models.PositiveSmallIntegerField(default=3)
    """Working days within which a question is answered: the brand's promise to its partners."""
    payout_day = models.PositiveSmallIntegerField(default=16)
    """The day of the month, 1 to 28, on which partners are paid."""
    payout_net_days = models.PositiveSmallIntegerField(default=15)
    """So many days before it a commission must be approved to be paid that day. 15 before the
    16th: the month before."""
    created_at = models.DateTimeField(default=now, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(payout_day__range=(1, 28), payout_net_days__lte=90),
                name="payout_schedule",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    click_filter__in=["strict", "moderate", "relaxed"], repeat_window_s__lte=3600
                ),
                name="click_filter_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def postback_secrets(self, at: datetime) -> tuple[str, ...]:
        """What a postback of that moment may be signed with: the secret, and for a while after a
        change the one before it."""
        until = self.postback_secret_before_until
        if not self.postback_secret_before or until is None or at >= until:
            return (self.postback_secret,)
        return (self.postback_secret, self.postback_secret_before)

    @property
    def status(self) -> str:
        """`active`, `paused` or `ended`."""
        if self.ended_at and self.ended_at <= now():
            return "ended"
        return "paused" if self.paused_at else "active"

    @property
    def has_two_secrets(self) -> bool:
        """Whether the secret was replaced and the one before it is still good."""
        return len(self.postback_secrets(now())) > 1


class Group(models.Model):
    """Partnerships of a program that share terms. The first one is where newcomers go."""

    id = IdField("grp")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=80)
    terms = models.JSONField()
    created_at = models.DateTimeField(default=now, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="group_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupTerms(models.Model):
    """A version of a group's terms: who wrote it, when and why. The last one is the group's.

    Who joins is offered it, and partnerships without terms of their own when their brand says so;
    it changes no agreement by itself.
    """

    id = IdField("gtm")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    terms_digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="group_terms_number"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class ProgramPause(models.Model):
    """A time in which no partner of a program earns anything new, as `partnerships.Pause` for one:
    from `began_at` (included) until `ended_at` (excluded; null while it lasts)."""

    id = IdField("ppa")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, related_name="pauses")
    began_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                name="program_pause_open_once",
                condition=models.Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="program_pause_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d}"


class ProgramPage(models.Model):
    """What strangers read of a program at `/p/<slug>/`, and whom the brand hopes to find there.

    `reader` is the first name of whoever answers applications; lists hold one line each.
    """

    id = IdField("ppg")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.OneToOneField(Program, models.CASCADE, related_name="page")
    headline = models.CharField(_("headline"), max_length=120)
    pitch = models.TextField(_("introduction"), max_length=600)
    loved = ArrayField(models.CharField(max_length=160), default=list)
    forbidden = ArrayField(models.CharField(max_length=160), default=list)
    reader = models.CharField(_("who answers"), max_length=80, blank=True)
    kinds_wanted = ArrayField(models.CharField(max_length=16), default=list)
    countries_wanted = ArrayField(models.CharField(max_length=2), default=list)
    reach_min = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.headline
