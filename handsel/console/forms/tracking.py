from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.programs.forms import WebAddress
from handsel.programs.services import OLD_SECRET_HOURS


class DomainForm(forms.Form):
    host = forms.CharField(
        label=_("Name"),
        max_length=300,
        widget=forms.TextInput(
            {"placeholder": "go.shop.example", "inputmode": "url", "autocapitalize": "none"}
        ),
        help_text=_("A name below your shop’s domain that nothing else uses."),
    )
    fallback_url = WebAddress(
        label=_("Where visitors of unknown links go"),
        max_length=2000,
        required=False,
        help_text=_("Empty: where those of disabled links do."),
    )


class FallbackForm(forms.Form):
    fallback_url = WebAddress(label=_("Address"), max_length=2000, required=False)


class SecretForm(forms.Form):
    """How long the old secret of postbacks stays good beside the new one."""

    keep_hours = forms.TypedChoiceField(
        label=_("The old secret stays good"),
        choices=[
            (OLD_SECRET_HOURS, _("for a day")),
            (1, _("for an hour")),
            (7 * OLD_SECRET_HOURS, _("for a week")),
            (0, _("no longer: somebody knows it who should not")),
        ],
        coerce=int,
    )
