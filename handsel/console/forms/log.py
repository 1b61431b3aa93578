"""What narrows the log of events."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.console.forms.filters import ALL, LAST_DAY, ProgramFilters
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program
from handsel.ui.countries import country_choices
from handsel.ui.states import state_choices
from handsel.ui.wording.clicks import DEVICES, FILTERED
from handsel.ui.wording.inbox import EVENT_REFUSALS, KINDS
from handsel.ui.wording.refusals import REFUSALS

CLICK, IMPRESSION = "click", "impression"
COUNTED, NOT_COUNTED = "counted", "not_counted"
# In the first row; the others fold away.
FIRST = ("q", "kind", "partner", "state", "since", "until")

KIND_WORDS: dict[str, Promise] = {CLICK: _("Click"), IMPRESSION: _("Impression"), **KINDS}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}),
        localize=False,
        validators=[MaxValueValidator(LAST_DAY)],
    )


class LogFilters(ProgramFilters):
    """Of the days `since` and `until` (UTC), both included."""

    q = forms.CharField(label=_("Click id, order or event"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=lambda: [ALL, *KIND_WORDS.items()]
    )
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *state_choices(COUNTED, NOT_COUNTED, *InboxEvent.Status.values)],
    )
    since = _day(_("From"))
    until = _day(_("Until"))
    link = forms.CharField(label=_("Link, by its name"), max_length=80, required=False)
    reason = forms.ChoiceField(label=_("Why not"), required=False)
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [ALL, *country_choices()]
    )
    device = forms.ChoiceField(
        label=_("Device"), required=False, choices=lambda: [ALL, *DEVICES.items()]
    )
    sub = forms.CharField(label=_("Sub-id"), max_length=100, required=False)

    def __init__(self, data: QueryDict, *, program: Program) -> None:
        super().__init__(data, program=program)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        refusals = sorted({*EVENT_REFUSALS, *REFUSALS})
        reason.choices = [
            ALL,
            (_("Clicks"), list(FILTERED.items())),
            (_("Refused events"), [(code, code) for code in refusals]),
        ]

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in FIRST]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of those that fold away is in use."""
        return bool(self.said.keys() - set(FIRST))
