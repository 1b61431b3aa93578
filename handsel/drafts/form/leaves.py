"""Controls that hold one value each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from handsel.drafts.form import codecs
from handsel.drafts.form.scope import Reading, Scope, Showing, Text
from handsel.ui.numbers import Unreadable

LOCAL = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")

Options = Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Option:
    value: str
    label: Text
    selected: bool = False


@dataclass(frozen=True)
class Field:
    """A control as its template draws it."""

    template: str
    path: str
    label: Text
    hint: Text = ""
    value: str = ""
    unit: Text = ""
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    options: Sequence[Option] = ()
    kind: str = "text"
    optional: bool = False
    focus: bool = False
    number: str = ""
    list_id: str = ""

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")

    @property
    def described(self) -> str:
        """The ids of what is said about the control."""
        said = [("hint", self.hint), ("error", self.errors), ("warning", self.warnings)]
        return " ".join(f"{self.id}-{name}" for name, what in said if what)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """`optional`: may be left empty, which gives `empty`."""

    name: str
    label: Text
    hint: Text = ""
    optional: bool = False
    empty: Any = None
    unit: Text = ""
    template = "text"

    def read(self, reading: Reading, path: str, scope: Scope) -> Any:
        text = reading.text(path)
        if not text.strip():
            if not self.optional:
                reading.wrong(path, _("Fill this in."))
            return self.empty if self.optional else ""
        try:
            return self.value_of(text, scope)
        except Unreadable as refusal:
            reading.wrong(path, str(refusal))
            return text

    def show(self, value: Any, path: str, scope: Scope, showing: Showing) -> Field:
        return Field(
            template=f"drafts/_{self.template}.html",
            path=path,
            label=self.label,
            hint=self.hint,
            unit=self.unit_in(scope),
            value=self.text_of(value, scope),
            errors=showing.at(path),
            warnings=showing.warnings.get(path, ()),
            optional=self.optional,
            focus=showing.focus == path,
            **self.more(value, scope),
        )

    def text_of(self, value: Any, scope: Scope) -> str:
        """What could not be read stands as it was typed."""
        if value is None:
            return ""
        return value if isinstance(value, str) else self.written(value, scope)

    def value_of(self, text: str, scope: Scope) -> Any:
        return text

    def written(self, value: Any, scope: Scope) -> str:
        return str(value)

    def unit_in(self, scope: Scope) -> Text:
        return self.unit

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        return {}


class Rate(Leaf):
    template = "unit"

    def value_of(self, text: str, scope: Scope) -> int:
        return codecs.read_rate(text)

    def written(self, value: Any, scope: Scope) -> str:
        return codecs.write_rate(value)

    def unit_in(self, scope: Scope) -> Text:
        return "%"


class Amount(Leaf):
    template = "unit"

    def value_of(self, text: str, scope: Scope) -> int:
        return codecs.read_amount(text, scope.currency)

    def written(self, value: Any, scope: Scope) -> str:
        return codecs.write_amount(value, scope.currency)

    def unit_in(self, scope: Scope) -> Text:
        return scope.currency


class Whole(Leaf):
    template = "unit"

    def value_of(self, text: str, scope: Scope) -> int:
        return codecs.read_whole(text)

    def written(self, value: Any, scope: Scope) -> str:
        return codecs.write_whole(value)


@dataclass(frozen=True, kw_only=True)
class Measured(Leaf):
    """An amount or a number of something, by what is measured."""

    by: Callable[[Scope], str]
    units: Mapping[str, Text]
    template = "unit"

    def value_of(self, text: str, scope: Scope) -> int:
        if self.by(scope) in self.units:
            return codecs.read_whole(text)
        return codecs.read_amount(text, scope.currency)

    def written(self, value: Any, scope: Scope) -> str:
        if self.by(scope) in self.units:
            return codecs.write_whole(value)
        return codecs.write_amount(value, scope.currency)

    def unit_in(self, scope: Scope) -> Text:
        return self.units.get(self.by(scope), scope.currency)


class Line(Leaf):
    """One line of text."""

    def value_of(self, text: str, scope: Scope) -> str:
        return codecs.read_name(text)

    def text_of(self, value: Any, scope: Scope) -> str:
        return codecs.write_line(value) if isinstance(value, str) else ""


class Lines(Leaf):
    """Text of any length, blanks and all."""

    template = "lines"

    def read(self, reading: Reading, path: str, scope: Scope) -> str:
        return reading.text(path)


class Names(Leaf):
    """Several names; as typed while they cannot be read."""

    def value_of(self, text: str, scope: Scope) -> list[str]:
        return codecs.read_names(text)

    def written(self, value: Any, scope: Scope) -> str:
        return codecs.write_names(value)


class Countries(Names):
    def value_of(self, text: str, scope: Scope) -> list[str]:
        return [name.upper() for name in codecs.read_names(text)]


class At(Leaf):
    """A moment; as text where a browser's own control could not hold it."""

    def value_of(self, text: str, scope: Scope) -> str:
        return codecs.read_moment(text, scope.time_zone)

    def text_of(self, value: Any, scope: Scope) -> str:
        try:
            return codecs.write_moment(value, scope.time_zone) if value else ""
        except ValueError:
            return str(value)

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        text = self.text_of(value, scope)
        return {"kind": "datetime-local" if not text or LOCAL.fullmatch(text) else "text"}


@dataclass(frozen=True, kw_only=True)
class Choice(Leaf):
    options: Options
    template = "choice"

    def value_of(self, text: str, scope: Scope) -> Any:
        known = {value for value, _label in self.options}
        if text not in known:
            raise Unreadable(_("Choose one of the list."))
        return int(text) if text.isdigit() else text

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        chosen = "" if value is None else str(value)
        listed = [("", "–"), *self.options] if self.optional else self.options
        return {"options": [Option(key, label, key == chosen) for key, label in listed]}


class Flag(Leaf):
    """Yes or no; a box that is not ticked sends nothing."""

    template = "flag"

    def read(self, reading: Reading, path: str, scope: Scope) -> bool:
        return bool(reading.text(path))

    def text_of(self, value: Any, scope: Scope) -> str:
        return "1" if value else ""


@dataclass(frozen=True, kw_only=True)
class Marks(Leaf):
    """Several of a few; those chosen stand first, in the order they have."""

    options: Options
    template = "marks"

    def read(self, reading: Reading, path: str, scope: Scope) -> Any:
        known = {value for value, _label in self.options}
        chosen = [value for value in reading.posted.getlist(path) if value in known]
        if not chosen:
            reading.wrong(path, _("Choose at least one, or remove this."))
        return chosen or ""

    def text_of(self, value: Any, scope: Scope) -> str:
        return ""

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        labels, chosen = dict(self.options), list(value or [])
        rest = [key for key in labels if key not in chosen]
        marked = [Option(key, labels.get(key, key), selected=True) for key in chosen]
        return {"options": [*marked, *(Option(key, labels[key]) for key in rest)]}


@dataclass(frozen=True, kw_only=True)
class Ranks(Leaf):
    """An order of a few words, changed by buttons."""

    options: Options
    template = "ranks"

    def read(self, reading: Reading, path: str, scope: Scope) -> Any:
        return [str(value) for value in reading.posted.getlist(path)]

    def text_of(self, value: Any, scope: Scope) -> str:
        return ""

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        labels, chosen = dict(self.options), list(value or [])
        left = [key for key in labels if key not in chosen]
        ranked = [Option(key, labels.get(key, key), selected=True) for key in chosen]
        return {"options": [*ranked, *(Option(key, labels[key]) for key in left)]}


@dataclass(frozen=True, kw_only=True)
class ChoiceOrNumber(Leaf):
    """One of a few words, one of which (`counted`) takes a number beside it."""

    options: Options
    counted: str
    to_data: Callable[[str, int | None], Any]
    from_data: Callable[[Any], tuple[str, int | None]]
    template = "choice_number"

    def read(self, reading: Reading, path: str, scope: Scope) -> Any:
        chosen, typed = reading.text(path), reading.text(f"{path}.number")
        if chosen not in dict(self.options):
            reading.wrong(path, _("Choose one of the list."))
        elif chosen != self.counted:
            return self.to_data(chosen, None)
        else:
            try:
                return self.to_data(chosen, codecs.read_whole(typed))
            except Unreadable as refusal:
                reading.wrong(path, str(refusal))
        return {"choice": chosen, "typed": typed}

    def text_of(self, value: Any, scope: Scope) -> str:
        return ""

    def more(self, value: Any, scope: Scope) -> dict[str, Any]:
        if isinstance(value, dict) and "choice" in value:
            chosen, number = value["choice"], value["typed"]
        else:
            chosen, found = self.from_data(value)
            number = "" if found is None else str(found)
        options = [Option(key, label, key == chosen) for key, label in self.options]
        return {"options": options, "number": number}
