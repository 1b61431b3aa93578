from datetime import date

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.clock import now
from handsel.organizations.models import Member, Organization
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class Application(models.Model):
    """Somebody asks to become a partner. The brand's own: nobody else sees who applied.

    `place` is where they share things, an address on the web or a name such as `@ines`. They
    agreed with `terms_version` of the first group as it was worded in `terms_text`; nothing binds
    before the agreement is signed. `asked_from` is their address cut short, kept while waiting.
    `asked_again_at` is when they last applied once more and got a letter about it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state", "Waiting")
        APPROVED = "approved", pgettext_lazy("state", "Approved")
        DECLINED = "declined", pgettext_lazy("state", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("state", "Withdrawn")

    class Because(models.TextChoices):
        """Reasons as the applicant reads them."""

        KIND = "kind", _("We are looking for another kind of partner at the moment.")
        COUNTRY = "country", _("We do not sell where your readers are.")
        CONTENT = "content", _("What you share and what we sell do not suit each other.")
        REACH = "reach", _("We begin with partners who reach more people.")
        TOO_LITTLE = "too_little", _("What you wrote was too little for us to decide.")
        FULL = "full", _("We take in no further partners at the moment.")
        OTHER = "other", _("For the reason below.")

    id = IdField("app")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="applications")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    place = models.CharField(_("where they share things"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Partnership.Kind.choices)
    country = models.CharField(_("country"), max_length=2)
    reach = models.PositiveIntegerField(_("reach a month"), null=True, blank=True)
    message = models.TextField(_("what they would tell people"), max_length=2000)
    language = models.CharField(max_length=8)
    terms_version = models.PositiveIntegerField()
    terms_digest = models.CharField(max_length=64)
    terms_text = models.TextField()
    asked_from = models.CharField(max_length=45, blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    declined_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    declined_words = models.TextField(max_length=1000, blank=True)
    reapply_on = models.DateField(null=True, blank=True)
    partnership = models.OneToOneField(
        Partnership, models.PROTECT, null=True, blank=True, related_name="application"
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "program",
                Lower("email"),
                condition=models.Q(status="waiting"),
                name="application_waiting_once",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "status", "due_on"], name="application_waiting"),
            models.Index(fields=["asked_from", "-created_at"], name="application_asked_from"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    def is_late(self, today: date) -> bool:
        """Whether the day by which it was to be answered is over."""
        return self.is_waiting and self.due_on < today

    @property
    def site_url(self) -> str:
        """Where they share things, when that is an address on the web."""
        return self.place if self.place.startswith(("https://", "http://")) else ""
