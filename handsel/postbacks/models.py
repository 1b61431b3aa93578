from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.links.models import Link
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class PostbackQuerySet(SharedQuerySet["Postback"]):
    def current(self) -> Self:
        """Those that were not taken away."""
        return self.filter(removed_at=None)


class Postback(models.Model):
    """An address of a partner's own that is called when one of its commissions changes.

    A trigger on commissions writes a delivery for each that is on. One of a link is told of the
    commissions that came through this link, one without of all the partnership's. It goes off by
    the partner's hand, or by itself (`off_because`) after days of failing.
    """

    class Method(models.TextChoices):
        GET = "GET", "GET"
        POST = "POST", "POST"

    class Event(models.TextChoices):
        PENDING = "pending", _("Counted")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        REVERSED = "reversed", _("Reversed")
        REOPENED = "reopened", _("Counted again")
        ADJUSTED = "adjusted", _("Amount changed")

    class Off(models.TextChoices):
        PARTNER = "partner", _("Switched off")
        FAILING = "failing", _("Switched off after days of failing")
        GONE = "gone", _("Switched off: the address said that it is gone")

    id = IdField("pbk")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="postbacks")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="postbacks")
    url = models.CharField(max_length=2000)
    """With placeholders, as `placeholders.read_template` writes it."""
    method = models.CharField(max_length=4, choices=Method.choices, default=Method.GET)
    events = models.JSONField(default=list)
    secret = models.CharField(max_length=64)
    secret_before = models.CharField(max_length=64, blank=True)
    """Signs beside the new one until `secret_before_until`, real time."""
    secret_before_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)
    removed_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=8, choices=Off.choices, blank=True)
    failing_since = models.DateTimeField(null=True)
    """Real time; null once an attempt went well."""

    objects = PostbackQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["partnership"],
                condition=models.Q(disabled_at=None, removed_at=None),
                name="postback_on",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def host(self) -> str:
        return self.url.split("/", 3)[2]

    def secrets_at(self, at: datetime) -> tuple[str, ...]:
        """What signs at this moment: the secret, and for a day the one before it."""
        until = self.secret_before_until
        if not self.secret_before or until is None or at >= until:
            return (self.secret,)
        return (self.secret, self.secret_before)

    @property
    def state(self) -> str:
        """`disabled`, `failing` or `enabled`."""
        if self.disabled_at is not None:
            return "disabled"
        return "failing" if self.failing_since else "enabled"


class DeliveryQuerySet(SharedQuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Those that were neither taken nor given up."""
        return self.filter(delivered_at=None, given_up_at=None)


class Delivery(models.Model):
    """One change of a commission that one address is told, until it has said yes.

    Written by the trigger `postbacks_note_commissions` in the transaction of the change; `number`
    is their order. `revision_number` is the evaluation that held then, of which all values are
    made. `changed_at` is the domain's time, the other moments are real. `due_at` is when it may
    next be tried, null while its postback is off; a try is counted before it is made. One without
    commission is a sample.
    """

    id = IdField("dlv")
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(models.Value("postbacks_delivery_number"), function="nextval"),
    )
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    postback = models.ForeignKey(Postback, models.PROTECT, related_name="deliveries")
    commission = models.ForeignKey(Commission, models.PROTECT, null=True, related_name="+")
    revision_number = models.PositiveIntegerField(null=True)
    event = models.CharField(max_length=10, choices=Postback.Event.choices)
    status = models.CharField(max_length=10, choices=Commission.Status.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    changed_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    tried_url = models.TextField(blank=True)
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    """The beginning of what the address answered last."""
    problem = models.CharField(max_length=40, blank=True)
    """Why the last attempt failed, a code of `wording.PROBLEMS`; empty where it went well."""
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(delivered_at=None, given_up_at=None),
                name="delivery_waiting",
            ),
            models.Index(fields=["postback", "commission", "number"], name="delivery_order"),
            models.Index(fields=["postback", "-number"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def is_sample(self) -> bool:
        return self.commission_id is None

    @property
    def state(self) -> str:
        """`delivered`, `undelivered`, `retrying` or `waiting`."""
        if self.delivered_at is not None:
            return "delivered"
        if self.given_up_at is not None:
            return "undelivered"
        return "retrying" if self.problem else "waiting"
