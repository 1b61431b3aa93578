"""Answers to applications, and what the program page says."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.clock import now
from handsel.console.forms.filters import ALL, Filters
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group, Program
from handsel.recruiting.models import Application
from handsel.rows.querysets import OwnedQuerySet
from handsel.ui.countries import country_choices
from handsel.ui.forms import LongSelectMultiple, UnitInput
from handsel.ui.states import state_choices

REAPPLY_AFTER = timedelta(days=90)
LINES_MAX = 8
LINE_LENGTH_MAX = 160


class ApplicationFilters(Filters):
    q = forms.CharField(label=gettext_lazy("Name or place"), max_length=120, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[ALL, *state_choices(*Application.Status.values)],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[ALL, *Partnership.Kind.choices]
    )

    def narrow(self, rows: "OwnedQuerySet[Application]") -> "OwnedQuerySet[Application]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(Q(name__icontains=q) | Q(place__icontains=q) | Q(email__iexact=q))
        if status := said.get("status"):
            rows = rows.filter(status=status)
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        return rows


class GroupField(forms.ChoiceField):
    """A group of the program; newcomers' group first, and chosen unless somebody says otherwise."""

    def offer(self, program: Program) -> None:
        self.groups = {group.pk: group for group in program.groups.order_by("created_at", "pk")}
        self.choices = [(pk, group.name) for pk, group in self.groups.items()]

    def clean(self, value: Any) -> Group:
        return self.groups[super().clean(value)]


class ApprovalForm(forms.Form):
    """Taking an applicant in: as whom, on which terms, with which link and code."""

    name = forms.CharField(label=gettext_lazy("Name of the partner"), max_length=120)
    group = GroupField(label=gettext_lazy("Group"))
    slug = forms.CharField(label=gettext_lazy("Name in the link"), max_length=80)
    code = forms.CharField(
        label=gettext_lazy("Discount code"),
        max_length=40,
        help_text=gettext_lazy("Enter it in your shop too."),
    )

    def __init__(self, *args: Any, program: Program, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["group"]
        assert isinstance(field, GroupField)
        field.offer(program)


class RefusalForm(forms.Form):
    """Saying no. The applicant reads every word of it."""

    because = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose"))]
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    reapply_on = forms.DateField(
        label=gettext_lazy("They may apply again from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: at any time."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"reapply_on": localdate(now()) + REAPPLY_AFTER})
        super().__init__(*args, **options)
        field = self.fields["because"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *Application.Because.choices]


class LinesField(forms.CharField):
    """A few short lines, one thing each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > LINES_MAX:
            raise ValidationError(
                _("Say the %(number)d most important."), params={"number": LINES_MAX}
            )
        if any(len(line) > LINE_LENGTH_MAX for line in value):
            raise ValidationError(
                _("Keep each line below %(number)d letters."), params={"number": LINE_LENGTH_MAX}
            )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class ProgramPageForm(forms.Form):
    slug = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=60,
        widget=UnitInput({"inputmode": "url"}, before="/p/"),
    )
    headline = forms.CharField(label=gettext_lazy("Headline"), max_length=120)
    pitch = forms.CharField(
        label=gettext_lazy("Introduction"),
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("What you sell, and why people like to tell others."),
    )
    loved = LinesField(
        label=gettext_lazy("What we love"),
        required=False,
        help_text=gettext_lazy("One thing a line."),
    )
    forbidden = LinesField(
        label=gettext_lazy("What ends the deal"),
        required=False,
        help_text=gettext_lazy("One thing a line."),
    )
    reader = forms.CharField(
        label=gettext_lazy("Who reads applications"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A first name. Empty: your organization."),
    )
    answer_days = forms.IntegerField(
        label=gettext_lazy("You answer within"),
        min_value=1,
        max_value=30,
        widget=UnitInput({"inputmode": "numeric"}, after=gettext_lazy("days")),
        help_text=gettext_lazy("Working days, for applications and for your partners’ questions."),
    )
    kinds_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds you look for"),
        required=False,
        choices=Partnership.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    countries_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Countries you look in"),
        required=False,
        widget=LongSelectMultiple({"size": 6}),
        help_text=gettext_lazy("None chosen: anywhere."),
    )
    reach_min = forms.IntegerField(
        label=gettext_lazy("Least reach"),
        required=False,
        min_value=0,
        max_value=1_000_000_000,
        widget=UnitInput({"inputmode": "numeric"}, after=gettext_lazy("people")),
        help_text=gettext_lazy("A month. Empty: any."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["countries_wanted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = country_choices()

    def clean_reach_min(self) -> int:
        return self.cleaned_data["reach_min"] or 0

    @property
    def for_everyone(self) -> Sequence[Any]:
        names = ("slug", "headline", "pitch", "loved", "forbidden", "reader", "answer_days")
        return [self[name] for name in names]

    @property
    def for_the_team(self) -> Sequence[Any]:
        return [self[name] for name in ("kinds_wanted", "countries_wanted", "reach_min")]
