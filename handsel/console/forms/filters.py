"""What narrows a list. A filter that makes no sense is left out rather than refused: the address
may have been typed by hand."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.intake.models import InboxEvent
from handsel.ledger.models import Entry, Posting
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.rows.querysets import SharedQuerySet
from handsel.ui.states import state_choices
from handsel.ui.templatetags.receipt import ACCOUNTS

ALL = ("", pgettext_lazy("filter", "All"))
WITHHELD = "withheld"


class Filters(forms.Form):
    """Reads the address; `said` has the filters that make sense."""

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.said)


class CommissionFilters(Filters):
    q = forms.CharField(label=_("Order or partner"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *state_choices(*Commission.Status.values, WITHHELD)],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    partner = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

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
        if since := said.get("since"):
            rows = rows.filter(occurred_at__date__gte=since)
        if until := said.get("until"):
            rows = rows.filter(occurred_at__date__lte=until)
        return rows


class ConversionFilters(Filters):
    q = forms.CharField(label=_("Order"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[ALL, *state_choices(*Conversion.Status.values)]
    )

    def narrow(self, rows: "QuerySet[Conversion]") -> "QuerySet[Conversion]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(order_reference__icontains=q)
        if status := said.get("status"):
            rows = rows.filter(status=status)
        return rows


class EventFilters(Filters):
    q = forms.CharField(label=_("Event or source"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[ALL, *state_choices(*InboxEvent.Status.values)]
    )

    def narrow(self, rows: "QuerySet[InboxEvent]") -> "QuerySet[InboxEvent]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(Q(event_id__icontains=q) | Q(source__icontains=q))
        if status := said.get("status"):
            rows = rows.filter(status=status)
        return rows


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
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *state_choices("active", "paused", "ended")],
    )

    def narrow(self, rows: "SharedQuerySet[Partnership]") -> "SharedQuerySet[Partnership]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(partner__name__icontains=q)
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        match said.get("status"):
            case "active":
                rows = rows.filter(ended_at=None, paused_at=None)
            case "paused":
                rows = rows.filter(ended_at=None, paused_at__isnull=False)
            case "ended":
                rows = rows.filter(ended_at__isnull=False)
        return rows


class LinkFilters(Filters):
    q = forms.CharField(label=_("Link or partner"), max_length=120, required=False)

    def narrow(self, rows: "SharedQuerySet[Link]") -> "SharedQuerySet[Link]":
        if q := self.said.get("q"):
            rows = rows.filter(Q(slug__icontains=q) | Q(partner__name__icontains=q))
        return rows
