"""What narrows the list of earnings. A filter that makes no sense is left out rather than refused:
the address may have been typed by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.partnerships.models import Partnership
from handsel.portal.earnings import STATES, month_after
from handsel.ui.locales import reader_locale
from handsel.ui.states import state_choices

ALL = ("", pgettext_lazy("filter", "All"))
EVERY_MONTH = "all"
CHOICES = state_choices(*STATES)


class EarningsFilters(forms.Form):
    """Without a month it is the latest one that has something."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *CHOICES])
    program = forms.ChoiceField(label=_("Program"), required=False)

    def __init__(
        self,
        *args: Any,
        months: Sequence[date],
        partnerships: Sequence[Partnership],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.months = {f"{month:%Y-%m}": month for month in months}
        texts = [(text, _month_text(month)) for text, month in self.months.items()]
        self._choices("month", [*texts, (EVERY_MONTH, _("All months"))])
        self.partnerships = {one.pk: one for one in partnerships}
        if len(partnerships) > 1:
            self._choices("program", [ALL, *((p.pk, p.program.name) for p in partnerships)])
        else:
            del self.fields["program"]

    @property
    def month_shown(self) -> str:
        """As in the address: `2026-09`, or `all`. Empty where no month has anything."""
        return self._said.get("month") or next(iter(self.months), "")

    @property
    def narrowed(self) -> dict[str, Any]:
        """As `earnings.own_commissions` takes it."""
        month = self.months.get(self.month_shown)
        return {
            "since": month,
            "until": month and month_after(month),
            "status": self._said.get("status", ""),
            "partnership": self.partnerships.get(self._said.get("program", "")),
        }

    @property
    def is_narrowed(self) -> bool:
        return bool(self._said.get("status") or self._said.get("program"))

    @property
    def _said(self) -> dict[str, str]:
        self.is_valid()
        return self.cleaned_data

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _month_text(month: date) -> str:
    return format_skeleton("yMMMM", month, locale=reader_locale())
