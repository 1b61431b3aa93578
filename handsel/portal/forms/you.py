from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.organizations.models import Member


class NewMember(forms.Form):
    """Whom to let in beside oneself."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Role"), choices=Member.Role.choices, initial=Member.Role.VIEWER
    )
