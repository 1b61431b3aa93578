from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.programs.models import Group, GroupTerms, Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


def not_ended(prefix: str = "") -> models.Q:
    """Partnerships that go on, on notice or not; `prefix` is the way to them, `partnership__`."""
    ended_at = f"{prefix}ended_at"
    return models.Q(**{ended_at: None}) | models.Q(**{f"{ended_at}__gt": now()})


class PartnershipQuerySet(SharedQuerySet["Partnership"]):
    def going_on(self) -> "PartnershipQuerySet":
        return self.filter(not_ended())


class Partnership(models.Model):
    """One partner in one program: the centre of the model.

    `paused_at` is when the open pause began, and null without one: the state of now, which lists
    are narrowed by. What was in force at a time is judged by the pauses (`Pause`). `ended_at` may
    lie ahead, once notice was given (`Ending`).
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

    objects = PartnershipQuerySet.as_manager()

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

    @property
    def on_notice(self) -> bool:
        """Whether its end has been announced and is still to come."""
        return self.ended_at is not None and self.ended_at > now()


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
    from the brand's offer on, and so is one that is better for the partner; the partner's
    acceptance is recorded when it comes. `group_terms` is the version of the group's terms that it
    repeats; null for terms of its own. `reminded_at`: both sides were told that it will run out.
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
    group_terms = models.ForeignKey(GroupTerms, models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "version"], name="agreement_version"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Acceptance(models.Model):
    """One side's signature under a version: who, in which role, when, and the text they had before
    them. No address of theirs is kept: what proves a signature is who was signed in."""

    class Side(models.TextChoices):
        BRAND = "brand", _("Brand")
        PARTNER = "partner", _("Partner")

    id = IdField("sig")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    side = models.CharField(max_length=8, choices=Side.choices)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=16, blank=True)
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

    @property
    def role_name(self) -> str:
        """In the reader's language; empty for signatures from before roles were kept."""
        return str(Member.Role(self.role).label) if self.role else ""


class OfferRound(models.Model):
    """A version of a group's terms, offered to all of its partnerships without terms of their own.

    `after` is the last partnership that was dealt with, so that whoever goes on knows where;
    `skipped` lists those that were left out, with the reason.
    """

    id = IdField("rnd")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, related_name="+")
    group_terms = models.ForeignKey(GroupTerms, models.PROTECT, related_name="rounds")
    message = models.TextField(blank=True)
    better_at_once = models.BooleanField(default=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    if_unanswered = models.CharField(max_length=4)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now, editable=False)
    partners_total = models.PositiveIntegerField()
    done_total = models.PositiveIntegerField(default=0)
    after = models.CharField(max_length=40, blank=True)
    skipped = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.group_terms} {self.made_at:%Y-%m-%d}"


class Offer(models.Model):
    """A proposed next version of an agreement, signed by the brand.

    `effect` is what it means for the partner, `base` the version that it was compared with.
    `agreement` is the version that it became: on acceptance, or, where it is better for the partner
    and starts at once, before. `valid_from` null: from the acceptance on. `if_unanswered`: what
    happens when it is declined or runs out: the old terms stay (`keep`), or the partnership ends
    on them at `valid_from` (`end`).
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")

    class Effect(models.TextChoices):
        BETTER = "better", _("Better for the partner")
        WORSE = "worse", _("Worse for the partner")
        DEPENDS = "depends", _("It depends on what is sold")

    class Unanswered(models.TextChoices):
        KEEP = "keep", _("The terms in force stay")
        END = "end", _("The partnership ends on the terms in force")

    id = IdField("off")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="offers")
    base = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="offers")
    round = models.ForeignKey(OfferRound, models.PROTECT, null=True, related_name="offers")
    group_terms = models.ForeignKey(GroupTerms, models.PROTECT, null=True, related_name="+")
    terms = models.JSONField()
    terms_digest = models.CharField(max_length=64)
    text = models.TextField()
    language = models.CharField(max_length=8)
    effect = models.CharField(max_length=8, choices=Effect.choices)
    message = models.TextField(blank=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    if_unanswered = models.CharField(max_length=4, choices=Unanswered.choices)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OFFERED)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                name="offer_open_once",
                condition=models.Q(status="offered"),
            ),
            models.CheckConstraint(
                condition=models.Q(status="offered", closed_at=None)
                | (~models.Q(status="offered") & models.Q(closed_at__isnull=False)),
                name="offer_closed_when_answered",
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="offer_expiry")]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.made_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether the partner can still accept or decline it."""
        return self.status == self.Status.OFFERED and self.agreement_id is None

    @property
    def started(self) -> bool:
        """It is better for the partner, and holds on the brand's word alone."""
        return self.status == self.Status.OFFERED and self.agreement_id is not None


class ProgramEnding(models.Model):
    """The announced end of a whole program: every partnership of it ends at `ends_at`.

    `withdrawn_at`: the notice was taken back before it came. `told_at`: every partnership has its
    own notice; `done_total` of `partners_total` have it so far.
    """

    id = IdField("pen")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, related_name="endings")
    announced_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    partners_total = models.PositiveIntegerField()
    done_total = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                name="program_ending_once",
                condition=models.Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends_at:%Y-%m-%d}"


class Ending(models.Model):
    """The end of a partnership: announced, withdrawn before it came, or finished.

    Orders until `tail_until` may credit clicks from before the end; null: for as long as the
    window of those clicks says.
    """

    id = IdField("end")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="endings")
    of_program = models.ForeignKey(
        ProgramEnding, models.PROTECT, null=True, related_name="partnerships"
    )
    announced_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField()
    tail_until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], name="ending_once", condition=models.Q(withdrawn_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends_at:%Y-%m-%d}"
