"""Where a link leads by itself, and how long."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from handsel.errors import DomainError
from handsel.links.directions import LinkChange
from handsel.links.forms.fields import MomentField, page_field
from handsel.links.models import Link
from handsel.ui.wording import error_words


class AddressPart(forms.Form):
    """Where a link leads where nothing else says otherwise, and until when."""

    code = "address"

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only you and the partner read it."),
    )
    url = page_field(gettext_lazy("Page of the shop"))
    expires_at = MomentField(
        label=gettext_lazy("Works until (UTC)"),
        help_text=gettext_lazy("Empty: as long as the partnership."),
    )
    fallback_url = page_field(
        gettext_lazy("Where visitors go after that"),
        help_text=gettext_lazy("Also when it is off. Empty: where the program says."),
    )

    def __init__(self, data: QueryDict | None, link: Link, *, may_route: bool = True) -> None:
        names = ("name", "url", "expires_at", "fallback_url")
        super().__init__(data, initial={name: getattr(link, name) for name in names})
        self.fields["url"].required = True
        if not may_route:
            del self.fields["fallback_url"]

    def change(self) -> LinkChange:
        return LinkChange(**self.cleaned_data)

    def blame(self, error: DomainError) -> None:
        said = error_words(error)
        field = error.field if error.field in self.fields else None
        self.add_error(field, f"{said.message} {said.remedy}".strip())
