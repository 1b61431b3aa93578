"""The forms of the first steps."""

from typing import Any

from babel import Locale
from django import forms
from django.contrib.auth.password_validation import (
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.money import is_currency
from handsel.organizations.models import User
from handsel.programs.forms import ProgramFields, WebAddress
from handsel.programs.models import Program
from handsel.ui.locales import reader_locale

# The languages we speak, and the currency that a reader of each most likely counts in.
CURRENCIES = {"en": "EUR", "sv": "SEK", "nb": "NOK", "pl": "PLN"}


class NewPassword(forms.CharField):
    """A password that is being chosen: long enough, and none that everybody knows."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Password"))
        super().__init__(
            strip=False,
            widget=forms.PasswordInput({"autocomplete": "new-password"}),
            help_text=gettext_lazy("At least 10 characters. A short sentence is a good one."),
            **options,
        )


class YouForm(forms.Form):
    organization_name = forms.CharField(
        label=gettext_lazy("Organization"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization", "autofocus": True}),
        help_text=gettext_lazy("As partners know it."),
    )
    site_url = WebAddress(label=gettext_lazy("Its website or shop"))
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        widget=forms.EmailInput({"autocomplete": "username"}),
        help_text=gettext_lazy("You sign in with it."),
    )
    password = NewPassword()

    def __init__(self, *args: Any, has_password: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_password:
            self.fields["password"].required = False
            self.fields["password"].help_text = _("Leave this empty to keep the one you chose.")

    def clean(self) -> dict[str, Any]:
        answer = super().clean() or self.cleaned_data
        password = answer.get("password")
        if password:
            user = User(email=answer.get("email", ""), name=answer.get("name", ""))
            try:
                validate_password(password, user)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return answer


class GoalForm(forms.Form):
    goal = forms.ChoiceField(
        choices=Program.Goal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what matters most to begin with.")},
    )


def currency_choices(locale: Locale) -> list[tuple[str, str]]:
    """Every currency in use, with its name in the reader's language, in the order of the codes."""
    return [
        (code, f"{code} · {name}")
        for code, name in sorted(locale.currencies.items())
        if is_currency(code)
    ]


class ProgramForm(ProgramFields):
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Commissions are counted in it. It stays as it is later."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["currency"].choices = currency_choices(reader_locale())  # type: ignore[attr-defined]
