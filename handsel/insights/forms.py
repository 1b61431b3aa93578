"""Which sub-id a report is by, of which days, and whose."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.insights.subs import DAYS
from handsel.tracking.subs import SUBS

SUB_CHOICES = [(str(number), name) for number, name in enumerate(SUBS, 1)]
PERIODS = [("30", _("30 days")), (str(DAYS), _("90 days")), ("365", _("A year"))]
Choice = tuple[str, str | Promise]


class SubFilters(forms.Form):
    """Reads an address that may have been typed by hand: what makes no sense is the first sub-id,
    90 days, everything. `of` is offered where there is more than one to choose."""

    sub = forms.ChoiceField(label=_("Sub-id"), choices=SUB_CHOICES)
    days = forms.ChoiceField(label=_("Period"), choices=PERIODS)
    of = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict, *, label: str = "", of: Iterable[Choice] = ()) -> None:
        super().__init__({"sub": "1", "days": str(DAYS), **data.dict()})
        choices, field = list(of), self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.label, field.choices = label, choices
        if len(choices) < 2:
            del self.fields["of"]
        self.is_valid()

    @property
    def sub_number(self) -> int:
        return int(self.cleaned_data.get("sub", "1"))

    @property
    def days_number(self) -> int:
        return int(self.cleaned_data.get("days", DAYS))

    @property
    def whose(self) -> str:
        """What was chosen of `of`; empty where nothing was, or there is nothing to choose."""
        return str(self.cleaned_data.get("of", ""))

    @property
    def query(self) -> str:
        """The same report, in another form."""
        of = {"of": self.whose} if self.whose else {}
        made = QueryDict(mutable=True)
        made.update({"sub": str(self.sub_number), "days": str(self.days_number), **of})
        return made.urlencode()


class DaysFilter(forms.Form):
    """Of which days a report is; what makes no sense is 90 days."""

    days = forms.ChoiceField(label=_("Period"), choices=PERIODS)

    def __init__(self, data: QueryDict) -> None:
        super().__init__({"days": str(DAYS), **data.dict()})
        self.is_valid()

    @property
    def days_number(self) -> int:
        return int(self.cleaned_data.get("days", DAYS))

    @property
    def query(self) -> str:
        return f"days={self.days_number}"


MONTHS = 12
MONTH_CHOICES = [
    ("3", _("3 months")),
    ("6", _("6 months")),
    ("12", _("12 months")),
    ("24", _("24 months")),
]


class MonthsFilter(forms.Form):
    """How many whole months are replayed; what makes no sense is 12."""

    months = forms.ChoiceField(label=_("Period"), choices=MONTH_CHOICES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__({"months": str(MONTHS), **data.dict()})
        self.is_valid()

    @property
    def months_number(self) -> int:
        return int(self.cleaned_data.get("months", MONTHS))
