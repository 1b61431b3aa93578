"""What is changed for many links at once, or for all of a program."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from handsel.links.directions import (
    LinkChange,
)
from handsel.links.forms import Parameters, parameters_initial
from handsel.links.forms.fields import MomentField, page_field
from handsel.links.models import LinkDefaults


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
    url = page_field(gettext_lazy("Page of the shop"))
    fallback_url = page_field(
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
