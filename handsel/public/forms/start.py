"""The forms of the first steps."""

import re
from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.contrib.auth.password_validation import (
    validate_password,
)
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.money import exponent, is_currency
from handsel.engine.terms import Terms
from handsel.organizations.models import User
from handsel.programs.models import Program
from handsel.public.start.answers import terms_of
from handsel.ui.forms import UnitInput
from handsel.ui.locales import reader_locale

# The languages we speak, and the currency that a reader of each most likely counts in.
CURRENCIES = {"en": "EUR", "sv": "SEK", "nb": "NOK", "pl": "PLN"}
HOST = re.compile(
    r"(?=.{1,253}(?::|$))(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*"
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?::\d{1,5})?"
)


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


class WebAddress(forms.URLField):
    """An address on the web, with or without https:// in front."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **options: Any) -> None:
        address = forms.TextInput({"inputmode": "url", "placeholder": "https://shop.example"})
        super().__init__(assume_scheme="https", max_length=200, widget=address, **options)


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


class DomainsField(forms.CharField):
    """Hosts, parted by commas or white space: `shop.example, localhost:8000`."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = re.split(r"[\s,]+", (super().to_python(value) or "").strip().lower())
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value: Any) -> None:
        super().validate(value)
        wrong = next((domain for domain in value if not HOST.fullmatch(domain)), None)
        if wrong is not None:
            raise ValidationError(
                _("“%(domain)s” is no domain. Write it without https:// and path."),
                params={"domain": wrong},
            )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def currency_choices(locale: Locale) -> list[tuple[str, str]]:
    """Every currency in use, with its name in the reader's language, in the order of the codes."""
    return [
        (code, f"{code} · {name}")
        for code, name in sorted(locale.currencies.items())
        if is_currency(code)
    ]


class ProgramForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the program"),
        max_length=120,
        help_text=gettext_lazy("Partners see it on every page."),
    )
    site_url = WebAddress(
        label=gettext_lazy("Where links lead"),
        help_text=gettext_lazy("Your shop’s address; partners can also link to any page below it."),
    )
    domains = DomainsField(
        label=gettext_lazy("Domains links may lead to"),
        help_text=gettext_lazy("Parted by commas. Subdomains are included."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Commissions are counted in it. It stays as it is later."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["currency"].choices = currency_choices(reader_locale())  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    rate = forms.DecimalField(
        label=gettext_lazy("Commission"),
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        localize=True,
        widget=UnitInput(after="%"),
        help_text=gettext_lazy("Of what the buyer pays for goods, after discounts, before tax."),
    )
    bonus = forms.DecimalField(
        label=gettext_lazy("On top for a new customer"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        localize=True,
        help_text=gettext_lazy("Once for each customer’s first order. Empty: nothing."),
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("A click counts for"),
        min_value=1,
        max_value=365,
        widget=UnitInput({"inputmode": "numeric"}, after=gettext_lazy("days")),
    )
    hold_days = forms.IntegerField(
        label=gettext_lazy("Wait for returns"),
        min_value=0,
        max_value=365,
        widget=UnitInput({"inputmode": "numeric"}, after=gettext_lazy("days")),
        help_text=gettext_lazy("Commissions are approved after that long."),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        self.fields["bonus"].widget = UnitInput(after=currency)
        self.fields["bonus"].widget.is_localized = True

    def clean_bonus(self) -> Decimal | None:
        bonus: Decimal | None = self.cleaned_data["bonus"]
        digits = exponent(self.currency)
        if bonus is not None and bonus != round(bonus, digits):
            raise ValidationError(
                _("%(currency)s has %(digits)d decimals."),
                params={"currency": self.currency, "digits": digits},
            )
        return bonus

    def terms(self) -> Terms:
        """The terms these answers make, or those suggested; not of a form that was refused."""
        return terms_of(self.currency, **(self.cleaned_data if self.is_bound else self.initial))
