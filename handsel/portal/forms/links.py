from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.partnerships.models import Partnership
from handsel.programs.forms import WebAddress


class NewLink(forms.Form):
    """A link to any page of a shop. With one program there is nothing to choose."""

    partnership = forms.ChoiceField(label=_("Program"))
    url = WebAddress(
        label=_("Page to send people to"),
        max_length=2000,
        required=False,
        help_text=_("Paste the address of any page of the shop. Empty: its first page."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Where will it be?"),
        max_length=120,
        required=False,
        help_text=_("A name for you, so that you can tell your links apart."),
    )
    s1 = forms.CharField(
        label=_("Sub-id"),
        max_length=100,
        required=False,
        help_text=_("A word of yours that its clicks carry, such as newsletter. See by it below."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    slug = forms.CharField(
        label=_("Name in the link"),
        max_length=80,
        required=False,
        help_text=_("Made from your name when you leave it empty."),
    )

    def __init__(self, *args: Any, partnerships: Sequence[Partnership], **options: Any) -> None:
        super().__init__(*args, **options)
        self.partnerships = {one.pk: one for one in partnerships}
        field = self.fields["partnership"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.pk, one.program.name) for one in partnerships]
        if len(partnerships) == 1:
            field.initial, field.widget = partnerships[0].pk, forms.HiddenInput()
