"""Somebody to try a link as."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from handsel.console.forms.filters import Filters
from handsel.links.forms.fields import DEVICES, MomentField
from handsel.ui.countries import country_choices
from handsel.ui.languages import language_choices


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
