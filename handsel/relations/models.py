from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import SharedQuerySet


class Side(models.TextChoices):
    BRAND = "brand", _("Brand")
    PARTNER = "partner", _("Partner")

    @property
    def other(self) -> "Side":
        return Side.PARTNER if self is Side.BRAND else Side.BRAND


class Question(models.Model):
    """A question about one amount: what a partnership earned, or did not, for one conversion, or
    for what else it is paid.

    `side` asked it, the other side answers. There is one thread for each partnership and
    conversion, or commission without one; asking again goes on in it. `commission` is empty where
    nothing was credited.
    `answer_due_on` is the latest promise; what was promised before stands with the messages.
    `asked_minor` is the amount that was asked about. `withheld_at` is the moment at which the
    commission was withheld because of this question.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("question", "Waits for an answer")
        ANSWERED = "answered", pgettext_lazy("question", "Answered")
        SETTLED = "settled", pgettext_lazy("question", "Settled")
        WITHDRAWN = "withdrawn", pgettext_lazy("question", "Withdrawn")

    class Subject(models.TextChoices):
        TOO_LOW = "too_low", _("The amount is too low")
        PART_MISSING = "part_missing", _("Part of the order is missing")
        WRONG_RATE = "wrong_rate", _("Another rate was agreed")
        WRONGLY_TAKEN = "wrongly_taken", _("It was declined or taken back wrongly")
        NOT_CREDITED = "not_credited", _("The order should be credited to us")
        UNCLEAR = "unclear", _("Something about the order is unclear")
        OTHER = "other", pgettext_lazy("question", "Something else")

    id = IdField("que")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="questions")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="questions")
    conversion = models.ForeignKey(
        Conversion, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    commission = models.ForeignKey(
        Commission, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    side = models.CharField(max_length=8, choices=Side.choices)
    asked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=16, choices=Subject.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    asked_at = models.DateTimeField(default=now, editable=False)
    answer_due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "conversion"], name="question_once"),
            models.UniqueConstraint(
                fields=["commission"],
                name="question_once_by_commission",
                condition=models.Q(conversion=None),
            ),
            models.CheckConstraint(
                condition=models.Q(conversion__isnull=False) | models.Q(commission__isnull=False),
                name="question_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "state", "answer_due_on"], name="question_due"),
            models.Index(fields=["partner", "state"], name="question_partner"),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state in {self.State.SETTLED, self.State.WITHDRAWN}

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.answer_due_on < localdate(now())

    @property
    def is_withheld(self) -> bool:
        """Whether the commission is withheld because of this question, and of nothing later."""
        return (
            self.commission is not None
            and self.withheld_at is not None
            and self.commission.withheld_at == self.withheld_at
        )

    @property
    def badge(self) -> str:
        """The state as its badge is called (`handsel.ui.states`)."""
        if self.is_overdue:
            return "overdue"
        return "asked" if self.is_open else str(self.state)


class QuestionMessage(models.Model):
    """What one side said in the thread of a question. Never changed.

    `role` is the author's at the time: the other side sees it in place of the name. `due_on` is
    the promise that held when it was said, `promised_on` a promise that it makes.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", pgettext_lazy("message", "Asked")
        SAID = "said", pgettext_lazy("message", "Wrote")
        ANSWERED = "answered", pgettext_lazy("message", "Answered")
        PROMISED = "promised", pgettext_lazy("message", "Promised an answer")
        SETTLED = "settled", pgettext_lazy("message", "Is content")
        WITHDRAWN = "withdrawn", pgettext_lazy("message", "Took the question back")

    class Outcome(models.TextChoices):
        EXPLAINED = "explained", _("The amount is right, and this is why")
        CORRECTED = "corrected", _("You are right, it is corrected")

    id = IdField("qms")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=8, choices=Side.choices)
    author = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Member.Role.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    text = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    said_at = models.DateTimeField(default=now, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["question", "said_at"], name="question_message_thread")]

    def __str__(self) -> str:
        return f"{self.kind} {self.said_at:%Y-%m-%d}"

    @property
    def late_days(self) -> int:
        """How many days after the promise it answers; none when it is in time, or no answer."""
        if self.due_on is None or self.kind not in {self.Kind.ANSWERED, self.Kind.PROMISED}:
            return 0
        return max((localdate(self.said_at) - self.due_on).days, 0)
