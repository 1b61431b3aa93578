"""What people write of programs and terms, in the wizard and in the settings."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.engine.money import PPM, exponent
from handsel.engine.terms import AttributionTerms, Fixed, Hold, PayRule, Percent, Terms, When
from handsel.programs.services import leads_to
from handsel.programs.suffixes import is_public_suffix
from handsel.ui.forms import UnitInput

HOST = re.compile(
    r"(?=.{1,253}(?::|$))(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*"
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?::\d{1,5})?"
)
NO_ADDRESS = gettext_lazy("Write it with https:// in front, as in https://shop.example.")


class WebAddress(forms.URLField):
    """An address on the web, with or without https:// in front."""

    # Not a browser's own URL field: that one refuses what has no https:// before we see it.
    widget = forms.TextInput
    default_validators = [URLValidator(schemes=["http", "https"], message=NO_ADDRESS)]
    default_error_messages = {"invalid": NO_ADDRESS}

    def __init__(
        self, *, max_length: int = 200, example: str = "https://shop.example", **options: Any
    ) -> None:
        super().__init__(assume_scheme="https", max_length=max_length, **options)
        self.widget.attrs.update({"inputmode": "url", "placeholder": example})


def _hosts(domains: list[str]) -> Iterator[str]:
    """Without ports; `localhost` and its like have nothing below them."""
    return (host for domain in domains if "." in (host := domain.partition(":")[0]))


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
        # Subdomains are included: links would lead to everybody's pages there.
        shared = next((host for host in _hosts(value) if is_public_suffix(host)), None)
        if shared is not None:
            raise ValidationError(
                _("%(host)s belongs to nobody: names are registered below it."),
                params={"host": shared},
            )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class ProgramFields(forms.Form):
    """What a program is called and where its links may lead."""

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

    def clean(self) -> dict[str, Any]:
        """The first link of every partner leads to the shop, so it has to be allowed to."""
        said = super().clean() or self.cleaned_data
        domains = said.get("domains")
        if domains and "site_url" in said and not leads_to(said["site_url"], domains):
            allowed = {"domains": ", ".join(domains)}
            self.add_error("site_url", _("Use an address on %(domains)s.") % allowed)
        return said


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
        return terms_from(self.currency, **(self.cleaned_data if self.is_bound else self.initial))


def minor_units(amount: Decimal, currency: str) -> int:
    """
    >>> minor_units(Decimal("5.50"), "EUR"), minor_units(Decimal("5"), "JPY")
    (550, 5)
    """
    return int(amount.scaleb(exponent(currency)))


def terms_from(
    currency: str, *, rate: Decimal, bonus: Decimal | None, window_days: int, hold_days: int
) -> Terms:
    """Terms from what people write: `rate` in per cent, `bonus` in whole units with decimals."""
    pay: list[PayRule] = [Percent(rate_ppm=int(rate * PPM / 100))]
    if bonus:
        pay.append(
            Fixed(
                amount_minor=minor_units(bonus, currency),
                currency=currency,
                when=When(customer="new"),
            )
        )
    return Terms(
        currency=currency,
        attribution=AttributionTerms(window_days=window_days),
        pay=tuple(pay),
        hold=Hold(days=hold_days),
    )


def initial_of(terms: Terms) -> dict[str, Decimal | int | None]:
    """What `TermsForm` shows of terms: the first rate, and the bonus for new customers."""
    rate = next((rule.rate_ppm for rule in terms.pay if isinstance(rule, Percent)), 0)
    bonus = next((rule.amount_minor for rule in terms.pay if isinstance(rule, Fixed)), None)
    return {
        "rate": Decimal(rate) * 100 / PPM,
        "bonus": None if bonus is None else Decimal(bonus).scaleb(-exponent(terms.currency)),
        "window_days": terms.attribution.window_days,
        "hold_days": terms.hold.days,
    }
