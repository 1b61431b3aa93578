from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.clock import now
from handsel.customers.models import Customer
from handsel.links.models import Code, Link
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


class Conversion(models.Model):
    """An event worth paying for. Its state is folded from its facts (`engine.orders`).

    `due_at` is when it is next to be evaluated; null when nothing is to do. `amount_minor` is
    what the buyer paid for goods (the fold's total), `refunded_minor` what went back of it.
    `customer_is_new` is what the last evaluation found; null where nobody can say. `renews` is the
    reference of the order that began the subscription, where a renewal names it.
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
    renews = models.CharField(max_length=200, blank=True)
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
            models.Index(
                fields=["program", "renews"],
                name="conversion_renewals",
                condition=~models.Q(renews=""),
            ),
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

    Touches of the other kinds follow from something else, which `cause` names: the article, the
    binding, the visit, the first order, the decision. Where that is gone, so is the touch.
    `reference` is what the engine is told of it, `agreement` the version that it is bound to, and
    `weight` its share beside others of its kind.
    """

    class Kind(models.TextChoices):
        CLICK = "click", _("Click")
        CODE = "code", _("Code")
        SKU = "sku", _("Article of the partner’s own")
        CUSTOMER = "customer", _("Assigned customer")
        LIFETIME = "lifetime", _("Lifetime customer")
        CHANNEL = "channel", _("Brand's own channel")
        RENEWAL = "renewal", _("Renewal")
        MANUAL = "manual", _("Credited by hand")

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
    cause = models.CharField(max_length=250, blank=True)
    reference = models.TextField(blank=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    weight = models.PositiveBigIntegerField(default=1)
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
            models.UniqueConstraint(
                fields=["conversion", "kind", "partnership", "cause"],
                name="touch_once_by_cause",
                condition=~models.Q(cause=""),
            ),
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


class ManualCredit(models.Model):
    """A person's decision that a conversion is one partner's, under a version of its agreement.

    It comes before everything else that may earn credit; of several the latest stands, until it is
    withdrawn. `reason` is shown to the partner. Credits that were given together, as for all past
    orders of a customer, share a `decision`, and are withdrawn together. `origin`: a person's, or
    the partner column of a file.
    """

    class Origin(models.TextChoices):
        PERSON = "person", _("By hand")
        FILE = "file", _("From a file")

    id = IdField("mcr")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="manual_credits")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    decision = IdField("dcn", primary_key=False)
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.PERSON)
    reason = models.TextField()
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=now, editable=False)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["decision"], name="manual_credit_decision")]

    def __str__(self) -> str:
        return self.pk


class Ripple(models.Model):
    """Conversions to be evaluated again because something else has changed: those of a customer,
    the orders of a partnership, or the renewals of an order (`renews`), from `since` (included) to
    `until` (included). Written with the change, and taken up by the next evaluation, so that
    nobody waits for anybody's locks.
    """

    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, related_name="+")
    renews = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.customer_id or self.partnership_id or self.renews} {self.since}"
