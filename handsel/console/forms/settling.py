"""Amounts by hand, and who brought a partner."""

import secrets
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.commissions.settling.adjusting import REASON_LENGTH_MAX
from handsel.engine.money import exponent
from handsel.partnerships.models import Partnership
from handsel.programs.forms import minor_units
from handsel.ui.forms import LongSelect, UnitInput


class AdjustmentForm(forms.Form):
    """`once` tells two adjustments from one whose form was sent twice."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=13,
        decimal_places=3,
        localize=True,
        help_text=gettext_lazy("With a minus it is taken from the partner."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=REASON_LENGTH_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The partner reads it on the receipt."),
    )
    once = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        self.fields["amount"].widget = UnitInput(after=currency)
        self.fields["once"].initial = secrets.token_hex(8)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        digits = exponent(self.currency)
        if amount != round(amount, digits):
            raise forms.ValidationError(
                _("%(currency)s has %(digits)d decimals."),
                params={"currency": self.currency, "digits": digits},
            )
        if amount == 0:
            raise forms.ValidationError(_("An adjustment needs an amount."))
        return amount

    @property
    def amount_minor(self) -> int:
        return minor_units(self.cleaned_data["amount"], self.currency)


class BroughtForm(forms.Form):
    """Nobody chosen: nobody brought it, or nobody does any more."""

    bringer = forms.ChoiceField(label=gettext_lazy("Brought by"), required=False, widget=LongSelect)
    since = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        localize=False,
        help_text=gettext_lazy("Earnings from this day on (UTC) are shared. Empty: from now on."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=REASON_LENGTH_MAX, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, partnership: Partnership, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Partnership.objects.filter(program=partnership.program_id).exclude(pk=partnership.pk)
        self.partnerships = {row.pk: row for row in rows.select_related("partner")}
        field = self.fields["bringer"]
        assert isinstance(field, forms.ChoiceField)
        named = sorted((row.partner.name, pk) for pk, row in self.partnerships.items())
        field.choices = [("", _("Nobody")), *((pk, name) for name, pk in named)]
        self.fields["since"].validators.append(MaxValueValidator(localdate))

    @property
    def chosen(self) -> Partnership | None:
        return self.partnerships.get(self.cleaned_data["bringer"])

    @property
    def since_at(self) -> datetime | None:
        day = self.cleaned_data["since"]
        return datetime.combine(day, time(), UTC) if day else None
