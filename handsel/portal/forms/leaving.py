"""How a partner leaves a program."""

from datetime import date, datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _


class LeavingForm(forms.Form):
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: the earliest day that the agreed notice allows."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The brand reads this, and it stays in both records."),
    )

    def ends_at(self) -> datetime | None:
        """The last second of the last day."""
        day: date | None = self.cleaned_data["ends_on"]
        return make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
