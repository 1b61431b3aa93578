"""Fields that several forms of links share."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from handsel.programs.forms import WebAddress

DEVICES = [
    ("phone", gettext_lazy("Phone")),
    ("tablet", gettext_lazy("Tablet")),
    ("computer", gettext_lazy("Computer")),
]


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


def page_field(label: Any, **options: Any) -> WebAddress:
    return WebAddress(
        label=label, max_length=2000, required=False, example="https://shop.example/…", **options
    )
