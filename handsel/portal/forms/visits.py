"""What narrows the list of a partner's clicks and orders."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.links.models import Link
from handsel.organizations.viewing import Reader
from handsel.portal.own import own
from handsel.portal.visits import CLICKS, IMPRESSIONS, ORDERS

ALL = ("", pgettext_lazy("filter", "All"))
# There is a day after it.
LAST_DAY = date.max - timedelta(days=1)
LINKS_MAX = 100


class VisitFilters(forms.Form):
    """Of the days `since` and `until` (UTC), both included; what makes no sense is left out."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ALL,
            (CLICKS, _("Clicks")),
            (ORDERS, _("Orders")),
            (IMPRESSIONS, _("Impressions")),
        ],
    )
    link = forms.ChoiceField(label=_("Link"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        localize=False,
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        localize=False,
        validators=[MaxValueValidator(LAST_DAY)],
    )

    def __init__(self, data: QueryDict, *, reader: Reader) -> None:
        super().__init__(data)
        field = self.fields["link"]
        assert isinstance(field, forms.ChoiceField)
        links = own(Link.objects.all(), reader).order_by("-created_at")[:LINKS_MAX]
        field.choices = [ALL, *((one.pk, one.name or one.slug) for one in links)]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
