"""Which links a list shows."""

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from handsel.clock import now
from handsel.console.forms.filters import ALL, Filters
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.querysets import SharedQuerySet

STATES = {
    "enabled": gettext_lazy("On"),
    "expired": gettext_lazy("Over"),
    "disabled": gettext_lazy("Off"),
}


class LinkFilters(Filters):
    q = forms.CharField(
        label=gettext_lazy("Link, partner or destination"), max_length=200, required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[ALL, *STATES.items()]
    )
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    has = forms.ChoiceField(
        label=gettext_lazy("With"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "Anything")),
            ("rules", gettext_lazy("Rules")),
            ("split", gettext_lazy("A split")),
            ("schedule", gettext_lazy("A schedule")),
            ("expiry", gettext_lazy("An end")),
        ],
    )

    def __init__(self, data: QueryDict, *, program: Program) -> None:
        super().__init__(data)
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ChoiceField)
        partners = Partnership.objects.filter(program=program).order_by("partner__name", "pk")
        partner.choices = [ALL, *partners.values_list("pk", "partner__name")]

    def narrow(self, rows: "SharedQuerySet[Link]") -> "SharedQuerySet[Link]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(
                Q(slug__icontains=q)
                | Q(name__icontains=q)
                | Q(partner__name__icontains=q)
                | Q(url__icontains=q)
            )
        if partner := said.get("partner"):
            rows = rows.filter(partnership=partner)
        over = Q(expires_at__lte=now())
        match said.get("state"):
            case "enabled":
                rows = rows.filter(disabled_at=None).exclude(over)
            case "expired":
                rows = rows.filter(over, disabled_at=None)
            case "disabled":
                rows = rows.exclude(disabled_at=None)
        match said.get("has"):
            case "rules":
                rows = rows.exclude(rules=[])
            case "schedule":
                rows = rows.exclude(schedule=[])
            case "split":
                rows = rows.exclude(split=None)
            case "expiry":
                rows = rows.exclude(expires_at=None)
        return rows
