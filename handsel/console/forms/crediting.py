"""What a person fills in to credit an order by hand, or to say whose a customer is."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from handsel.commissions.crediting.by_hand import REASON_MAX, Decision, past_conversions
from handsel.console.forms.filters import ALL, ProgramFilters
from handsel.console.forms.offers import day_input
from handsel.conversions.models import Conversion
from handsel.customers.models import Binding, BindingQuerySet
from handsel.partnerships.models import Agreement, Partnership
from handsel.programs.models import Program
from handsel.ui.moments import day_text_full


def partner_choices(program: Program, first: tuple[str, Any]) -> list[tuple[str, Any]]:
    rows = Partnership.objects.filter(program=program).order_by("partner__name", "pk")
    return [first, *rows.values_list("pk", "partner__name")]


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The partner reads it."),
    )


class _WithPartner(_Reasoned):
    """`partner` is found among those of a program."""

    partner = forms.ChoiceField(label=_("Partner"))
    field_order: tuple[str, ...] = ("partner",)

    def __init__(self, *args: Any, program: Program, **options: Any) -> None:
        super().__init__(*args, **options)
        self.program = program
        field = self.fields["partner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = partner_choices(program, ("", _("Choose a partner")))

    @property
    def partnership(self) -> Partnership:
        return Partnership.objects.select_related("partner").get(
            program=self.program, pk=self.cleaned_data["partner"]
        )


class AssignForm(_WithPartner):
    """Orders of a customer are this partner's from now on."""


class EndForm(_Reasoned):
    """Orders of a customer are this partner's no more."""


class WithdrawForm(_Reasoned):
    """A credit by hand is taken back."""


class CreditForm(_WithPartner):
    """Which version pays can be chosen once the partner is."""

    agreement = forms.ChoiceField(
        label=_("Under which agreement"),
        required=False,
        help_text=_("It decides what the order earns."),
    )
    since = forms.DateField(
        label=_("Also this customer’s other orders since"),
        required=False,
        widget=day_input(),
        help_text=_("Empty: this order only."),
    )
    field_order = ("partner", "agreement", "since", "reason")

    def __init__(self, *args: Any, conversion: Conversion, **options: Any) -> None:
        super().__init__(*args, program=conversion.program, **options)
        self.conversion = conversion
        self.versions = self._versions(str(self.data.get("partner", "")))
        if conversion.customer_id is None:
            del self.fields["since"]
        field = self.fields["agreement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("The one in force when the order was made")),
            *((pk, _version_name(version)) for pk, version in self.versions.items()),
        ]

    def _versions(self, partner: str) -> dict[str, Agreement]:
        rows = Agreement.objects.filter(
            partnership=partner, partnership__program=self.conversion.program_id
        )
        return {row.pk: row for row in rows.order_by("-version")}

    def decision(self) -> Decision:
        """What is filled in. Raises InvalidInput for too many orders at once."""
        since = self.cleaned_data.get("since")
        conversions = [self.conversion]
        if since is not None:
            conversions = past_conversions(
                self.conversion, make_aware(datetime.combine(since, time()))
            )
        return Decision(
            conversions=conversions,
            partnership=self.partnership,
            agreement=self.versions.get(self.cleaned_data["agreement"]),
            reason=self.cleaned_data["reason"],
        )


def _version_name(version: Agreement) -> str:
    return str(
        _("Version %(number)s, from %(day)s")
        % {"number": version.version, "day": day_text_full(version.valid_from.date())}
    )


class BindingFilters(ProgramFilters):
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    kind = forms.ChoiceField(label=_("How"), required=False, choices=[ALL, *Binding.Kind.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, ("running", _("Running")), ("ended", _("Over"))],
    )
    q = forms.CharField(label=_("Shop’s customer id"), max_length=200, required=False)

    def narrow(self, rows: BindingQuerySet, at: datetime) -> BindingQuerySet:
        said = self.said
        if partner := said.get("partner"):
            rows = rows.filter(partnership=partner)
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        if q := said.get("q"):
            rows = rows.filter(customer__shop_customer_id=q)
        match said.get("state"):
            case "running":
                rows = rows.running(at)
            case "ended":
                rows = rows.exclude(pk__in=rows.running(at).values("pk"))
        return rows
