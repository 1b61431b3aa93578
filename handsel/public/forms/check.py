from django import forms
from django.utils.translation import gettext_lazy as _


class ProofFileForm(forms.Form):
    """A file, and what the reader's paper says of it: carried along from the QR code."""

    file = forms.FileField(
        label=_("Proof file"),
        help_text=_("It is downloaded from a statement or a receipt, and ends in .json."),
        widget=forms.ClearableFileInput({"accept": ".json,application/json"}),
        error_messages={"empty": _("The file is empty.")},
    )
    statement = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput())
    print = forms.RegexField(r"\A[0-9A-Fa-f]{4,64}\Z", required=False, widget=forms.HiddenInput())
