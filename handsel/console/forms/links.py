"""What people write of links: where they lead, whom, since when, with which parameters."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from handsel.clock import now
from handsel.console.forms.filters import ALL, Filters
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
from handsel.links.forms import Parameters, parameters_initial
from handsel.links.models import Link, LinkDefaults
from handsel.partnerships.models import Partnership
from handsel.programs.forms import WebAddress
from handsel.programs.models import Program
from handsel.rows.querysets import SharedQuerySet
from handsel.ui.countries import country_choices
from handsel.ui.languages import language_choices
from handsel.ui.wording import error_words

DEVICES = [
    ("phone", gettext_lazy("Phone")),
    ("tablet", gettext_lazy("Tablet")),
    ("computer", gettext_lazy("Computer")),
]
STATES = {
    "enabled": gettext_lazy("On"),
    "expired": gettext_lazy("Over"),
    "disabled": gettext_lazy("Off"),
}


class LinkFilters(Filters):
    q = forms.CharField(
        label=gettext_lazy("Link, partner or destination"), max_length=200, required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[ALL, *STATES.items()]
    )
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    has = forms.ChoiceField(
        label=gettext_lazy("With"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "Anything")),
            ("rules", gettext_lazy("Rules")),
            ("split", gettext_lazy("A split")),
            ("schedule", gettext_lazy("A schedule")),
            ("expiry", gettext_lazy("An end")),
        ],
    )

    def __init__(self, data: QueryDict, *, program: Program) -> None:
        super().__init__(data)
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ChoiceField)
        partners = Partnership.objects.filter(program=program).order_by("partner__name", "pk")
        partner.choices = [ALL, *partners.values_list("pk", "partner__name")]

    def narrow(self, rows: "SharedQuerySet[Link]") -> "SharedQuerySet[Link]":
        said = self.said
        if q := said.get("q"):
            rows = rows.filter(
                Q(slug__icontains=q)
                | Q(name__icontains=q)
                | Q(partner__name__icontains=q)
                | Q(url__icontains=q)
            )
        if partner := said.get("partner"):
            rows = rows.filter(partnership=partner)
        over = Q(expires_at__lte=now())
        match said.get("state"):
            case "enabled":
                rows = rows.filter(disabled_at=None).exclude(over)
            case "expired":
                rows = rows.filter(over, disabled_at=None)
            case "disabled":
                rows = rows.exclude(disabled_at=None)
        match said.get("has"):
            case "rules":
                rows = rows.exclude(rules=[])
            case "schedule":
                rows = rows.exclude(schedule=[])
            case "split":
                rows = rows.exclude(split=None)
            case "expiry":
                rows = rows.exclude(expires_at=None)
        return rows


class MomentField(forms.DateTimeField):
    """A moment in UTC, as the browser's own control writes it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **options)


class CodesField(forms.CharField):
    """Codes by what people call them: `Sweden, no` are SE and NO. Names are the reader's."""

    def __init__(self, *, choices: Any, unknown: Any, **options: Any) -> None:
        super().__init__(required=False, max_length=2000, **options)
        self._choices = choices
        self._unknown = unknown

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        named = {name.casefold(): code for code, name in self._choices()}
        named |= {code.casefold(): code for code, _name in self._choices()}
        words = [word.strip() for word in re.split(r"[,;\n]", super().to_python(value) or "")]
        for word in words:
            if word and word.casefold() not in named:
                raise ValidationError(self._unknown, params={"word": word})
        return tuple(dict.fromkeys(named[word.casefold()] for word in words if word))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        names = dict(self._choices())
        return ", ".join(names.get(code, code) for code in value)


def _page_field(label: Any, **options: Any) -> WebAddress:
    return WebAddress(
        label=label, max_length=2000, required=False, example="https://shop.example/…", **options
    )


class AddressPart(forms.Form):
    """Where a link leads where nothing else says otherwise, and until when."""

    code = "address"

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only you and the partner read it."),
    )
    url = _page_field(gettext_lazy("Page of the shop"))
    expires_at = MomentField(
        label=gettext_lazy("Works until (UTC)"),
        help_text=gettext_lazy("Empty: as long as the partnership."),
    )
    fallback_url = _page_field(
        gettext_lazy("Where visitors go after that"),
        help_text=gettext_lazy("Also when it is off. Empty: where the program says."),
    )

    def __init__(self, data: QueryDict | None, link: Link) -> None:
        names = ("name", "url", "expires_at", "fallback_url")
        super().__init__(data, initial={name: getattr(link, name) for name in names})
        self.fields["url"].required = True

    def change(self) -> LinkChange:
        return LinkChange(**self.cleaned_data)

    def blame(self, error: DomainError) -> None:
        said = error_words(error)
        field = error.field if error.field in self.fields else None
        self.add_error(field, f"{said.message} {said.remedy}".strip())


class _Row(forms.Form):
    @property
    def is_kept(self) -> bool:
        said = getattr(self, "cleaned_data", None) or {}
        return not said.get(DELETION_FIELD_NAME) and any(
            value for name, value in said.items() if name in self.own
        )

    own: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        """Every row is read, also one that is as it was when the page was asked for."""
        return True


class ScheduleRow(_Row):
    own = ("at", "url")

    at = MomentField(label=gettext_lazy("From (UTC)"))
    url = _page_field(
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
    url = _page_field(gettext_lazy("They go to"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.is_kept and not said.get("url") and "url" not in self.errors:
            self.add_error("url", _("Say where they go."))
        return said


class VariantRow(_Row):
    own = ("url",)

    url = _page_field(gettext_lazy("Page of the shop"))
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), min_value=1, max_value=1000, required=False, initial=1
    )


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of a link; one that is emptied is gone."""

    code = ""

    def __init__(self, data: QueryDict | None, link: Link) -> None:
        super().__init__(data, prefix=self.code, initial=self.rows_of(link))

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        raise NotImplementedError

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


class SchedulePart(_Rows):
    code = "schedule"

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        return [{"at": one.at, "url": one.url} for one in read_schedule(link.schedule)]

    def change(self) -> LinkChange:
        rows = [row.cleaned_data for row in self.kept]
        return LinkChange(schedule=tuple(Scheduled(at=row["at"], url=row["url"]) for row in rows))


class RulesPart(_Rows):
    code = "rules"

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


class SplitPart(_Rows):
    code = "split"

    def __init__(self, data: QueryDict | None, link: Link) -> None:
        super().__init__(data, link)
        split = read_split(link.split)
        self.decides = data.get("decides") == "on" if data else split is None or split.decides

    def rows_of(self, link: Link) -> list[dict[str, Any]]:
        split = read_split(link.split)
        if split is None:
            return [{"url": link.url, "weight": 1}]
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


def _rows(base: type[_Rows], row: type[_Row], *, ordered: bool = False) -> Any:
    return forms.formset_factory(
        row,
        formset=base,
        extra=1,
        max_num=ENTRIES_MAX,
        validate_max=True,
        can_delete=True,
        can_order=ordered,
    )


class DefaultsForm(Parameters):
    """The same of all links of a program, and what partners may do with theirs."""

    partners_route = forms.BooleanField(
        label=gettext_lazy("Partners may set rules, splits and schedules of their links"),
        required=False,
    )

    def __init__(self, data: QueryDict | None, defaults: LinkDefaults | None) -> None:
        initial: dict[str, Any] = parameters_initial(defaults.utm if defaults else {})
        initial["partners_route"] = bool(defaults and defaults.partners_route_since)
        super().__init__(data, initial=initial)


SCHEDULE_PART = _rows(SchedulePart, ScheduleRow)
RULES_PART = _rows(RulesPart, RuleRow, ordered=True)
SPLIT_PART = _rows(SplitPart, VariantRow)


class TryForm(Filters):
    """Somebody to try a link as."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    device = forms.ChoiceField(label=gettext_lazy("Device"), choices=DEVICES[::-1], required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    at = MomentField(label=gettext_lazy("When (UTC)"))
    s1 = forms.CharField(label="s1", max_length=100, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="try_%s")  # the page has another field called s1
        unknown = ("", pgettext_lazy("visitor", "Unknown"))
        for name, choices in (("country", country_choices()), ("language", language_choices())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [unknown, *choices]


class ManyForm(Parameters):
    """One thing to change about many links."""

    what = forms.ChoiceField(
        label=gettext_lazy("What to change"),
        widget=forms.RadioSelect,
        choices=[
            ("url", gettext_lazy("The page they lead to")),
            ("fallback_url", gettext_lazy("Where visitors go when they are over")),
            ("expires_at", gettext_lazy("When they end")),
            ("utm", gettext_lazy("The parameters they carry")),
            ("off", gettext_lazy("Switch them off")),
            ("on", gettext_lazy("Switch them on")),
        ],
    )
    url = _page_field(gettext_lazy("Page of the shop"))
    fallback_url = _page_field(
        gettext_lazy("Where visitors go after the end"),
        help_text=gettext_lazy("Empty: where the program says."),
    )
    expires_at = MomentField(
        label=gettext_lazy("Works until (UTC)"), help_text=gettext_lazy("Empty: without an end.")
    )

    def change(self) -> LinkChange:
        said = self.cleaned_data
        match said["what"]:
            case "off" | "on":
                return LinkChange(disabled=said["what"] == "off")
            case "utm":
                return LinkChange(utm=self.utm(said))
            case name:
                return LinkChange(**{name: said[name]})
