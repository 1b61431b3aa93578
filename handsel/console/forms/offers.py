"""What a brand writes when it offers other terms, or ends something."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy

from handsel.engine.money import PPM
from handsel.engine.terms import Fixed, Percent, Terms, When, read
from handsel.errors import DomainError
from handsel.partnerships.models import Offer
from handsel.programs.forms import TermsForm, minor_units
from handsel.ui.wording import error_words

NEW = When(customer="new")


def day_input() -> forms.DateInput:
    """A browser's own calendar; it reads and writes ISO days whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def start_of(day: date | None) -> datetime | None:
    return None if day is None else make_aware(datetime.combine(day, time()))


def end_of(day: date | None) -> datetime | None:
    """Its last second, so that the moment still reads as that day."""
    after = start_of(day + timedelta(days=1)) if day else None
    return after - timedelta(seconds=1) if after else None


class OfferDays(forms.Form):
    """When an offer starts, until when it can be answered, and what happens otherwise."""

    message = forms.CharField(
        label=gettext_lazy("A word to go with it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Why you offer this. The partner reads it first."),
    )
    better_at_once = forms.BooleanField(
        label=gettext_lazy("What is better for the partner starts without waiting for an answer"),
        required=False,
        initial=True,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Starts on"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy(
            "Empty: as soon as it may. What gets worse waits for the agreed notice."
        ),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Can be answered until"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Empty: until it starts, or for 30 days."),
    )
    if_unanswered = forms.ChoiceField(
        label=gettext_lazy("Without an acceptance"),
        widget=forms.RadioSelect,
        choices=Offer.Unanswered.choices,
        initial=Offer.Unanswered.KEEP,
        help_text=gettext_lazy("Silence never accepts a worse version."),
    )

    def days(self) -> dict[str, Any]:
        """As `make_offer` and `begin_round` take them. A day to answer lasts until it is over, or
        until the terms start on it."""
        said = self.cleaned_data
        valid_from, expires_on = start_of(said["valid_from"]), said["expires_on"]
        expires_at = end_of(expires_on)
        if expires_on is not None and expires_on == said["valid_from"]:
            expires_at = valid_from
        return {
            "message": said["message"],
            "better_at_once": said["better_at_once"],
            "valid_from": valid_from,
            "expires_at": expires_at,
            "if_unanswered": said["if_unanswered"],
        }


class OfferForm(OfferDays, TermsForm):
    """Other terms for one partner: the figures that most change, or all of them as data."""

    valid_until = forms.DateField(
        label=gettext_lazy("Ends on"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Empty: until something else is agreed. Both sides are reminded."),
    )
    as_data = forms.CharField(
        label=gettext_lazy("Terms as data (JSON)"),
        required=False,
        widget=forms.Textarea({"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy("Instead of the figures above, for everything they cannot say."),
    )

    def __init__(self, *args: Any, base: Terms, **options: Any) -> None:
        super().__init__(*args, currency=base.currency, **options)
        self.base = base

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        try:
            said["terms"] = self._terms(said)
        except DomainError as error:
            words = error_words(error)
            field = "as_data" if said.get("as_data") else None
            where = f"{error.field}: " if error.field and field else ""
            raised = ValidationError(f"{where}{words.message} {words.remedy}".strip())
            self.add_error(field, raised)
        return said

    def terms(self) -> Terms:
        terms: Terms = self.cleaned_data["terms"]
        return terms

    def _terms(self, said: Mapping[str, Any]) -> Terms:
        return read(said["as_data"]) if said.get("as_data") else with_figures(self.base, said)


def with_figures(base: Terms, said: Mapping[str, Any]) -> Terms:
    """The base with another first rate, bonus for new customers, window and hold; the rest of what
    was agreed stays as it is. Raises what `read` raises."""
    rate_ppm = int(said["rate"] * PPM / 100)
    bonus = said["bonus"]
    pay = list(base.pay)
    first = next((n for n, rule in enumerate(pay) if isinstance(rule, Percent)), None)
    if first is not None:
        pay[first] = pay[first].model_copy(update={"rate_ppm": rate_ppm})
    else:
        pay.append(Percent(rate_ppm=rate_ppm))
    place = next((n for n, r in enumerate(pay) if isinstance(r, Fixed) and r.when == NEW), None)
    if place is not None:
        del pay[place]
    if bonus:
        amount_minor = minor_units(bonus, base.currency)
        paid = Fixed(amount_minor=amount_minor, currency=base.currency, when=NEW)
        pay.insert(len(pay) if place is None else place, paid)
    changed = base.model_copy(
        update={
            "pay": tuple(pay),
            "attribution": base.attribution.model_copy(update={"window_days": said["window_days"]}),
            "hold": base.hold.model_copy(update={"days": said["hold_days"]}),
        }
    )
    return read(json.dumps(changed.model_dump(mode="json")))


class EndingForm(forms.Form):
    """The end of a partnership: on notice, or now."""

    how = forms.ChoiceField(
        label=gettext_lazy("When"),
        widget=forms.RadioSelect,
        choices=[
            ("notice", gettext_lazy("With notice, as agreed")),
            ("at_once", gettext_lazy("At once, because the agreement was broken")),
        ],
        initial="notice",
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Empty: the earliest day that the agreed notice allows."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The partner reads this, and it stays in both records."),
    )

    def ends_at(self) -> datetime | None:
        return end_of(self.cleaned_data["ends_on"])


class ProgramEndingForm(EndingForm):
    """Of a whole program there is no breach: always with notice."""

    how = None  # type: ignore[assignment]
