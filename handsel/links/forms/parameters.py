"""What people write of the parameters that links carry, in the console and in the portal."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.errors import DomainError
from handsel.links.directions import SUBS, LinkChange
from handsel.links.models import Link
from handsel.links.queries import program_utm
from handsel.ui.wording import error_words

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
PARAMETERS_MAX = 10
# What a link says to leave out what its program adds.
LEFT_OUT = "-"


class Parameters(forms.Form):
    """The five parameters that statistics programs read, and others, one a line."""

    utm_source = forms.CharField(label="utm_source", max_length=200, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=200, required=False)
    utm_campaign = forms.CharField(label="utm_campaign", max_length=200, required=False)
    utm_content = forms.CharField(label="utm_content", max_length=200, required=False)
    utm_term = forms.CharField(label="utm_term", max_length=200, required=False)
    others = forms.CharField(
        label=gettext_lazy("Others"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": "2", "placeholder": "ref={slug}"}),
        help_text=gettext_lazy("One a line, as name=value."),
    )

    def clean_others(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["others"].splitlines():
            name, mark, value = (part.strip() for part in line.partition("="))
            if not name and not mark:
                continue
            if not PARAMETER.fullmatch(name) or not mark:
                raise ValidationError(
                    _("“%(line)s” is not of the shape name=value."), params={"line": line}
                )
            found[name] = value[:200]
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if len(self.utm(said)) > PARAMETERS_MAX:
            raise ValidationError(
                _("A link carries at most %(most)d parameters.") % {"most": PARAMETERS_MAX}
            )
        return said

    def utm(self, said: Mapping[str, Any]) -> dict[str, str]:
        own = {name: said.get(name) or "" for name in UTM}
        found = {**{name: value for name, value in own.items() if value}}
        found |= said.get("others") or {}
        return {name: "" if value == LEFT_OUT else value for name, value in found.items()}

    def blame(self, error: DomainError) -> None:
        said = error_words(error)
        name = error.field.rpartition(".")[2]
        field = name if name in self.fields else "others" if name in self.others_said else None
        self.add_error(field, f"{said.message} {said.remedy}".strip())

    @property
    def others_said(self) -> Iterable[str]:
        return self.cleaned_data.get("others") or ()


def parameters_initial(utm: Mapping[str, str]) -> dict[str, str]:
    shown = {name: value or LEFT_OUT for name, value in utm.items()}
    others = [f"{name}={value}" for name, value in shown.items() if name not in UTM]
    return {name: shown.get(name, "") for name in UTM} | {"others": "\n".join(others)}


class ParametersPart(Parameters):
    """What a link's visits carry: parameters for the shop's statistics, and its own sub-ids."""

    code = "parameters"

    s1 = forms.CharField(label="s1", max_length=100, required=False)
    s2 = forms.CharField(label="s2", max_length=100, required=False)
    s3 = forms.CharField(label="s3", max_length=100, required=False)
    s4 = forms.CharField(label="s4", max_length=100, required=False)
    s5 = forms.CharField(label="s5", max_length=100, required=False)

    def __init__(self, data: QueryDict | None, link: Link) -> None:
        super().__init__(data, initial=parameters_initial(link.utm) | dict(link.subs))
        carried = program_utm(link)
        for name in UTM:
            self.fields[name].widget.attrs["placeholder"] = carried.get(name, "")

    @property
    def sub_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SUBS]

    @property
    def utm_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*UTM, "others")]

    def change(self) -> LinkChange:
        said = self.cleaned_data
        subs = {name: said[name] for name in SUBS if said[name]}
        return LinkChange(utm=self.utm(said), subs=subs)  # type: ignore[arg-type]
