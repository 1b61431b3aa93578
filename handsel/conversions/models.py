from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.customers.models import Customer
from handsel.links.models import Code, Link
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


class Conversion(models.Model):
    """An event worth paying for. Its state is folded from its facts (`engine.orders`).

    `due_at` is when it is next to be evaluated; null when nothing is to do. `amount_minor` is
    what the buyer paid for goods (the fold's total), `refunded_minor` what went back of it.
    `customer_is_new` is what the last evaluation found; null where nobody can say.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale")
        LEAD = "lead", _("Lead")
        SIGN_UP = "sign_up", _("Sign-up")
        RENEWAL = "renewal", _("Renewal")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for its clicks")
        PROVISIONAL = "provisional", _("Provisional")
        CREDITED = "credited", _("Credited")
        UNATTRIBUTED = "unattributed", _("Not attributed")

    id = IdField("con")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="conversions")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="conversions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    order_reference = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    trust = models.CharField(max_length=10)
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(max_length=60, blank=True)
    customer_is_new = models.BooleanField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "order_reference"], name="conversion_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="conversion_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["program", "-occurred_at"], name="conversion_program"),
        ]

    def __str__(self) -> str:
        return self.order_reference


class Fact(models.Model):
    """Something a source told us of a conversion: an order, a refund, a cancellation. Kept as it
    came; state is built from the set of facts, never from the order of their arrival.

    `body` is documented in `conversions.facts`. What it said of the buyer is left out of it and
    kept as `customer`, whose row can be erased. `recorded_at` is when we received it.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        REFUND = "refund", _("Refund")
        CANCEL = "cancel", _("Cancellation")
        DELIVERY = "delivery", _("Delivery")

    id = IdField("fct")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="facts")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    trust = models.CharField(max_length=10)
    body = models.JSONField()
    occurred_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "source", "event_id"], name="fact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Touch(models.Model):
    """What may earn credit for a conversion, copied beside it when it is evaluated.

    `refusal` says why a click id the order carried is nobody's: `click_forged`, or
    `click_elsewhere` (a link of another program). `verdict` is what the last evaluation said of
    it (the codes of `engine.attribution.Verdict`), for the partner who asks why it was not
    credited. `code_text` is the code as the order spelled it. Until the click's row has arrived,
    `arrived_at` is null and its details are empty. `filtered_reason` is why a click may earn no
    credit (a code of `clicks.quality`), as it was judged when it arrived; empty where it may.
    """

    class Kind(models.TextChoices):
        CLICK = "click", _("Click")
        CODE = "code", _("Code")
        LIFETIME = "lifetime", _("Lifetime customer")
        CHANNEL = "channel", _("Brand's own channel")

    id = IdField("tch")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="touches")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    code = models.ForeignKey(Code, models.PROTECT, null=True, related_name="+")
    click_id = models.CharField(max_length=64, blank=True)
    code_text = models.CharField(max_length=200, blank=True)
    refusal = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=24, blank=True)
    filtered_reason = models.CharField(max_length=40, blank=True)
    referrer = models.TextField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    device = models.CharField(max_length=12, blank=True)
    touched_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now, editable=False)
    arrived_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversion", "click_id"],
                name="touch_once_by_click",
                condition=~models.Q(click_id=""),
            ),
            models.UniqueConstraint(fields=["conversion", "code"], name="touch_once_by_code"),
        ]
        indexes = [
            models.Index(
                fields=["recorded_at"],
                name="touch_awaited",
                condition=models.Q(kind="click", refusal="", arrived_at=None),
            ),
            models.Index(fields=["click_id"], name="touch_click", condition=~models.Q(click_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.touched_at:%Y-%m-%d %H:%M}"
