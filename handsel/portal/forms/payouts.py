from django import forms
from django.utils.translation import gettext_lazy as _


class Account(forms.Form):
    """Where the money goes. The number is judged by whoever keeps it (`set_payee`)."""

    holder_name = forms.CharField(
        label=_("Account holder"),
        max_length=120,
        help_text=_("As the bank has it. Banks compare the name with the number."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=_("Account number (IBAN)"),
        max_length=50,
        help_text=_("With or without spaces."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    bic = forms.CharField(
        label=_("Bank code (BIC)"),
        max_length=11,
        required=False,
        help_text=_("Only where we cannot tell it from the number."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
