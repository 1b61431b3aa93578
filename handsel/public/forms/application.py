import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.partnerships.models import Partnership
from handsel.ui.countries import country_choices
from handsel.ui.forms import LongSelect

HANDLE = re.compile(r"@[\w.-]{1,60}")
HOST = re.compile(r"(https?://)?([\w-]+\.)+[\w-]{2,}(:\d+)?([/?#]\S*)?", re.IGNORECASE)


class Address(forms.EmailField):
    """An e-mail address; what is missing is named with what was written."""

    def run_validators(self, value: Any) -> None:
        domain = str(value).rpartition("@")[2]
        if "@" in str(value) and domain and "." not in domain:
            raise ValidationError(
                _("The part after the @ needs a dot, as in %(domain)s.example."),
                params={"domain": domain},
            )
        super().run_validators(value)


class ApplicationForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = Address(
        label=gettext_lazy("E-mail"),
        error_messages={"invalid": gettext_lazy("Write an address such as ines@layered.example.")},
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    place = forms.CharField(
        label=gettext_lazy("Where do you share things?"),
        max_length=200,
        widget=forms.TextInput(
            {"placeholder": gettext_lazy("Blog, channel or profile address"), "inputmode": "url"}
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What describes you best?"))
    country = forms.ChoiceField(label=gettext_lazy("Country"), widget=LongSelect)
    reach = forms.IntegerField(
        label=gettext_lazy("People you reach a month"),
        required=False,
        min_value=1,
        max_value=1_000_000_000,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    message = forms.CharField(
        label=gettext_lazy("What would you tell people about us?"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=gettext_lazy("Two sentences are plenty."),
    )
    agreed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Read the terms, then tick this.")}
    )
    # Nobody sees it; what fills it in is no person.
    nickname = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, version: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agreed"].label = _(
            "I have read the terms in plain words and agree with version %(version)d."
        ) % {"version": version}
        self._choose("kind", Partnership.Kind.choices)
        self._choose("country", country_choices())

    def _choose(self, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *choices]

    @property
    def is_from_machine(self) -> bool:
        return bool(self.data.get("nickname"))

    def clean_place(self) -> str:
        place: str = self.cleaned_data["place"].strip()
        if HANDLE.fullmatch(place):
            return place
        if HOST.fullmatch(place):
            return place if "://" in place else f"https://{place}"
        raise ValidationError(_("Write an address such as layered.example, or a name as @ines."))
