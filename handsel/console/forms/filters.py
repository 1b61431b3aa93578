"""What narrows a list. A filter that makes no sense is left out rather than refused: the address
may have been typed by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.console.periods import NAMES, midnight
from handsel.conversions.models import Conversion
from handsel.engine.money import exponent
from handsel.ledger.models import Entry, Posting
from handsel.partnerships.models import Partnership, not_ended
from handsel.programs.models import Program
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet
from handsel.ui.states import state_choices
from handsel.ui.templatetags.receipt import ACCOUNTS

ALL = ("", pgettext_lazy("filter", "All"))
WITHHELD = "withheld"
DAY = timedelta(days=1)
# There is a day after it.
LAST_DAY = date.max - DAY
Rows = TypeVar("Rows", bound="QuerySet[Any]")


class Filters(forms.Form):
    """Reads the address; `said` has the filters that make sense."""

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.said)


class ProgramFilters(Filters):
    """Those of one program: its partners to choose among, amounts in its currency."""

    def __init__(self, data: QueryDict, *, program: Program) -> None:
        super().__init__(data)
        self.digits = exponent(program.currency)
        partners = Partnership.objects.filter(program=program).order_by("partner__name", "pk")
        for name, first in (("partner", ALL), ("introduced", ALL)):
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = [first, *partners.values_list("pk", "partner__name")]

    def minor(self, name: str) -> int | None:
        """An amount of the form in minor units."""
        amount: Decimal | None = self.said.get(name)
        return None if amount is None else int(amount.scaleb(self.digits).to_integral_value())

    def ordered_within(self, rows: Rows) -> Rows:
        """By the day of the order; days are UTC's."""
        said = self.said
        if since := said.get("since"):
            rows = rows.filter(occurred_at__gte=midnight(since))
        if until := said.get("until"):
            rows = rows.filter(occurred_at__lt=midnight(until + DAY))
        return rows

    def worth_within(self, rows: Rows) -> Rows:
        if (least := self.minor("least")) is not None:
            rows = rows.filter(amount_minor__gte=least)
        if (most := self.minor("most")) is not None:
            rows = rows.filter(amount_minor__lte=most)
        return rows


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}),
        localize=False,
        validators=[MaxValueValidator(LAST_DAY)],
    )


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=13,
        decimal_places=3,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        localize=True,
    )


class CommissionFilters(ProgramFilters):
    q = forms.CharField(label=_("Order or partner"), max_length=200, required=False)
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *state_choices(*Commission.Status.values, WITHHELD)],
    )
    since = _day(_("From"))
    until = _day(_("Until"))
    least = _amount(_("At least"))
    most = _amount(_("At most"))

    def narrow(self, rows: "SharedQuerySet[Commission]") -> "SharedQuerySet[Commission]":
        said = self.said
        if partner := said.get("partner"):
            rows = rows.filter(partnership=partner)
        if q := said.get("q"):
            rows = rows.filter(
                Q(conversion__order_reference__icontains=q) | Q(partner__name__icontains=q)
            )
        if said.get("status") == WITHHELD:
            rows = rows.exclude(withheld_at=None)
        elif status := said.get("status"):
            rows = rows.filter(status=status)
        return self.worth_within(self.ordered_within(rows))


class ConversionFilters(ProgramFilters):
    q = forms.CharField(label=_("Order"), max_length=200, required=False)
    partner = forms.ChoiceField(label=_("Credited to"), required=False)
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[ALL, *state_choices(*Conversion.Status.values)]
    )
    since = _day(_("From"))
    until = _day(_("Until"))
    least = _amount(_("At least"))
    most = _amount(_("At most"))

    def narrow(self, rows: "OwnedQuerySet[Conversion]") -> "OwnedQuerySet[Conversion]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(order_reference__icontains=q)
        if status := said.get("status"):
            rows = rows.filter(status=status)
        if partner := said.get("partner"):
            credited = Commission.objects.filter(
                conversion=OuterRef("pk"), partnership=partner, status__in=EARNED
            )
            rows = rows.filter(Exists(credited))
        return self.worth_within(self.ordered_within(rows))


class CustomerFilters(ProgramFilters):
    q = forms.CharField(label=_("The shop’s id, or an order"), max_length=200, required=False)
    introduced = forms.ChoiceField(label=_("Introduced by"), required=False)
    bought = forms.ChoiceField(
        label=_("Bought"),
        required=False,
        choices=[ALL, ("once", _("Once")), ("again", _("More than once"))],
    )
    since = _day(_("First order from"))
    until = _day(_("Until"))


class EntryFilters(Filters):
    q = forms.CharField(label=_("Partner"), max_length=120, required=False)
    account = forms.ChoiceField(
        label=_("Account"),
        required=False,
        # Asked for each form: `%` words a lazy text at once, in the language of that moment.
        choices=lambda: [ALL, *((kind, said % {"name": "…"}) for kind, said in ACCOUNTS.items())],
    )

    def narrow(self, rows: "QuerySet[Entry]") -> "QuerySet[Entry]":
        """Entries about a partner of such a name, that have a posting on such an account."""
        said = self.said
        if q := said.get("q"):
            named = Partnership.objects.filter(partner__name__icontains=q)
            rows = rows.filter(partner_id__in=named.values("partner"))
        if account := said.get("account"):
            posted = Posting.objects.filter(entry=OuterRef("pk"), account__kind=account)
            rows = rows.filter(Exists(posted))
        return rows


class PartnerFilters(Filters):
    q = forms.CharField(label=_("Name"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[ALL, *Partnership.Kind.choices]
    )
    group = forms.ChoiceField(label=_("Group"), required=False)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *state_choices("active", "paused", "ended")],
    )
    health = forms.ChoiceField(
        label=_("Health"),
        required=False,
        choices=[ALL, *state_choices("strong", "good", "watch", "new")],
    )
    days = forms.TypedChoiceField(
        label=_("Figures of"),
        required=False,
        coerce=int,
        choices=[("", _("all time")), *((str(days), name) for days, name in NAMES.items())],
    )
    sort = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, program: Program) -> None:
        super().__init__(data)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        groups = program.groups.order_by("created_at").values_list("pk", "name")
        group.choices = [ALL, *groups]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.said.keys() - {"days", "sort"})

    def narrow(self, rows: "SharedQuerySet[Partnership]") -> "SharedQuerySet[Partnership]":
        """All but the health, which no column tells."""
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(partner__name__icontains=q)
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        if group := said.get("group"):
            rows = rows.filter(group=group)
        match said.get("status"):
            case "active":
                rows = rows.filter(not_ended(), paused_at=None)
            case "paused":
                rows = rows.filter(not_ended(), paused_at__isnull=False)
            case "ended":
                rows = rows.filter(~not_ended())
        return rows
