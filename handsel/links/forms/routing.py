"""Rows of a link: its schedule, its rules, its split.

A row is added and removed by asking for the form again (`asked_again`): it comes back with what was
typed, unjudged and unsaved. htmx does that in place; without JavaScript it is a page like another.
"""

import re
from abc import ABC, abstractmethod
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import ORDERING_FIELD_NAME, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.errors import DomainError
from handsel.links.directions import (
    ENTRIES_MAX,
    VARIANTS_MAX,
    LinkChange,
    Rule,
    Scheduled,
    SplitWish,
    VariantWish,
    read_rules,
    read_schedule,
    read_split,
)
from handsel.links.forms.fields import DEVICES, CodesField, MomentField, page_field
from handsel.links.models import Link
from handsel.ui.countries import country_choices
from handsel.ui.languages import language_choices
from handsel.ui.wording import error_words


class _Row(forms.Form):
    @property
    def is_kept(self) -> bool:
        said = getattr(self, "cleaned_data", None) or {}
        return any(value for name, value in said.items() if name in self.own)

    own: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        """Every row is read, also one that is as it was when the page was asked for."""
        return True


class ScheduleRow(_Row):
    own = ("at", "url")

    at = MomentField(label=gettext_lazy("From (UTC)"))
    url = page_field(
        gettext_lazy("Everybody goes to"),
        help_text=gettext_lazy("Empty: where they went before the schedule."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("url") and not said.get("at") and "at" not in self.errors:
            self.add_error("at", _("Say from when."))
        return said


class RuleRow(_Row):
    own = ("countries", "devices", "languages", "url")

    countries = CodesField(
        label=gettext_lazy("Countries"),
        choices=country_choices,
        unknown=gettext_lazy("There is no country “%(word)s”."),
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Parted by commas, as in Sweden, Norway. Empty: all."),
    )
    devices = forms.MultipleChoiceField(
        label=gettext_lazy("Devices"),
        choices=DEVICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = CodesField(
        label=gettext_lazy("Languages"),
        choices=language_choices,
        unknown=gettext_lazy("There is no language “%(word)s”."),
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Of the browser, parted by commas. Empty: all."),
    )
    url = page_field(gettext_lazy("They go to"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.is_kept and not said.get("url") and "url" not in self.errors:
            self.add_error("url", _("Say where they go."))
        return said


class VariantRow(_Row):
    own = ("url",)

    url = page_field(gettext_lazy("Page of the shop"))
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), min_value=1, max_value=1000, required=False, initial=1
    )


class RowsPart(ABC, forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of a link; one that is emptied is gone."""

    code = ""
    row: type[_Row]

    def __init__(
        self, data: QueryDict | None, link: Link, typed: list[dict[str, Any]] | None = None
    ) -> None:
        initial = self.rows_of(link) if typed is None else typed
        super().__init__(data, prefix=self.code, initial=initial)

    @classmethod
    def asked_again(cls, data: QueryDict, link: Link) -> Self | None:
        """The form as it was typed, with another row (`more`) or `without` one; None where
        neither was asked for."""
        if "more" not in data and "without" not in data:
            return None
        typed = [row for n, row in cls._typed(data) if data.get("without") != str(n)]
        asked = cls(None, link, [*typed, {}][:ENTRIES_MAX] if "more" in data else typed)
        if "more" in data:
            first = next(iter(asked.forms[-1].fields.values()))
            first.widget.attrs["autofocus"] = True
        return asked

    @classmethod
    def _typed(cls, data: QueryDict) -> list[tuple[int, dict[str, Any]]]:
        """What stands in each row, in the order that was asked for."""
        total = data.get(f"{cls.code}-{TOTAL_FORM_COUNT}", "")
        count = min(int(total), ENTRIES_MAX) if total.isdecimal() else 0
        rows = [(n, cls._typed_in(data, f"{cls.code}-{n}")) for n in range(count)]
        places = [data.get(f"{cls.code}-{n}-{ORDERING_FIELD_NAME}", "") for n in range(count)]
        last = count + 1
        return sorted(rows, key=lambda row: _place(places[row[0]], last))

    @classmethod
    def _typed_in(cls, data: QueryDict, prefix: str) -> dict[str, Any]:
        fields = cls.row.base_fields.items()
        return {
            name: field.widget.value_from_datadict(data, {}, f"{prefix}-{name}")
            for name, field in fields
        }

    @property
    def has_room(self) -> bool:
        return len(self.forms) < ENTRIES_MAX

    @abstractmethod
    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        """What is there now, as the rows' fields."""

    @property
    def kept(self) -> list[_Row]:
        rows = [row for row in self.forms if row.is_kept]
        last = len(rows) + 1
        return sorted(rows, key=lambda row: row.cleaned_data.get(ORDERING_FIELD_NAME) or last)

    def blame(self, error: DomainError) -> None:
        """Say it at the row that the field names: `rules.0.url`."""
        said = error_words(error)
        words = f"{said.message} {said.remedy}".strip()
        found = re.search(r"\.(\d+)(?:\.(\w+))?", error.field)
        if found is None:
            self.non_form_errors().append(words)
            return
        row = self.kept[int(found[1])]
        row.add_error(found[2] if found[2] in row.fields else None, words)


class SchedulePart(RowsPart):
    code = "schedule"
    row = ScheduleRow

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        return [{"at": one.at, "url": one.url} for one in read_schedule(link.schedule)]

    def change(self) -> LinkChange:
        rows = [row.cleaned_data for row in self.kept]
        return LinkChange(schedule=tuple(Scheduled(at=row["at"], url=row["url"]) for row in rows))


class RulesPart(RowsPart):
    code = "rules"
    row = RuleRow

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        return [one.model_dump() for one in read_rules(link.rules)]

    def change(self) -> LinkChange:
        rows = [row.cleaned_data for row in self.kept]
        return LinkChange(
            rules=tuple(
                Rule(
                    countries=row["countries"],
                    devices=tuple(row["devices"]),
                    languages=row["languages"],
                    url=row["url"],
                )
                for row in rows
            )
        )


class SplitPart(RowsPart):
    code = "split"
    row = VariantRow

    def __init__(
        self, data: QueryDict | None, link: Link, typed: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(data, link, typed)
        split = read_split(link.split)
        self.decides = data.get("decides") == "on" if data else split is None or split.decides

    @classmethod
    def asked_again(cls, data: QueryDict, link: Link) -> Self | None:
        asked = super().asked_again(data, link)
        if asked is not None:
            asked.decides = data.get("decides") == "on"
        return asked

    @property
    def has_room(self) -> bool:
        return len(self.forms) < VARIANTS_MAX

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        split = read_split(link.split)
        if split is None:
            return [{"url": link.url, "weight": 1}, {"weight": 1}]
        return [{"url": one.url, "weight": one.weight} for one in split.variants]

    def clean(self) -> None:
        if len(self.kept) > VARIANTS_MAX:
            raise ValidationError(
                _("A split has at most %(most)d variants.") % {"most": VARIANTS_MAX}
            )

    def change(self) -> LinkChange:
        rows = [row.cleaned_data for row in self.kept]
        # One page left is no split: the link goes on with its own.
        if len(rows) < 2:
            return LinkChange(split=None)
        variants = tuple(VariantWish(url=row["url"], weight=row["weight"] or 1) for row in rows)
        return LinkChange(split=SplitWish(variants=variants, decides=self.decides))


def asked_again(part: type[forms.Form] | type[RowsPart], data: QueryDict, link: Link) -> Any:
    """The part as it was typed, where another row or one less was asked for; else None."""
    return part.asked_again(data, link) if issubclass(part, RowsPart) else None


def _place(said: str, last: int) -> int:
    return int(said) if said.isdecimal() else last


def _rows(base: type[RowsPart], *, ordered: bool = False) -> Any:
    return forms.formset_factory(
        base.row,
        formset=base,
        extra=0,
        max_num=ENTRIES_MAX,
        validate_max=True,
        can_order=ordered,
    )


SCHEDULE_PART = _rows(SchedulePart)
RULES_PART = _rows(RulesPart, ordered=True)
SPLIT_PART = _rows(SplitPart)
