"""What people write when they pay."""

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.payouts.rails import RAILS
from handsel.ui.locales import reader_locale

RAIL_NAMES = {"sepa": _("SEPA file"), "csv": _("CSV table")}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why? The partner can read this."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class PaidForm(forms.Form):
    paid_on = forms.DateField(
        label=_("The bank moved the money on"), widget=forms.DateInput({"type": "date"})
    )


class RailForm(forms.Form):
    rail = forms.ChoiceField(choices=[(rail, RAIL_NAMES[rail]) for rail in RAILS])
    again = forms.BooleanField(required=False)


class PayerForm(forms.Form):
    """The account a program pays from."""

    name = forms.CharField(
        label=_("Account holder"), max_length=140, help_text=_("As your bank has it.")
    )
    iban = forms.CharField(label=_("Account number (IBAN)"), max_length=42)
    bic = forms.CharField(
        label=_("Bank code (BIC)"),
        max_length=11,
        required=False,
        help_text=_("Empty: taken from the account number, where the bank is known."),
    )
    town = forms.CharField(
        label=_("Town"),
        max_length=35,
        required=False,
        help_text=_("Banks outside the European Economic Area ask for it."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["country"].choices = [("", "—"), *_countries(reader_locale())]  # type: ignore[attr-defined]


def _countries(locale: Locale) -> list[tuple[str, str]]:
    named = [
        (code, name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return sorted(named, key=lambda pair: pair[1])


# CLDR's territories that are no place to sit in.
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
