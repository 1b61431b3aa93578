from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Postback

# As many as one finds something in; another link's postback is made by the API.
LINKS_MAX = 500


class PostbackForm(forms.Form):
    """An address and what it is told."""

    url = forms.CharField(
        label=_("Address of your tracker"),
        max_length=2000,
        help_text=_("With placeholders, as https://tracker.example/in?click={sub1}."),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    method = forms.ChoiceField(
        label=_("Method"),
        choices=Postback.Method.choices,
        initial=Postback.Method.GET,
        help_text=_("By POST, too, everything stands in the address."),
    )
    events = forms.MultipleChoiceField(
        label=_("Call it when a commission is"),
        choices=Postback.Event.choices,
        initial=Postback.Event.values,
        widget=forms.CheckboxSelectMultiple,
    )


class NewPostback(PostbackForm):
    """For one program; with one there is nothing to choose."""

    partnership = forms.ChoiceField(label=_("Program"))
    link = forms.ChoiceField(
        label=_("For"),
        required=False,
        help_text=_("A postback of one link is told of what came by that link only."),
    )

    def __init__(
        self, *args: Any, partnerships: Sequence[Partnership], links: Sequence[Link], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.partnerships = {one.pk: one for one in partnerships}
        self.links = {one.pk: one for one in links}
        field, link = self.fields["partnership"], self.fields["link"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(link, forms.ChoiceField)
        field.choices = [(one.pk, one.program.name) for one in partnerships]
        link.choices = [("", _("All links and codes"))]
        link.choices += [(one.pk, one.name or one.slug) for one in links]
        if len(partnerships) == 1:
            field.initial, field.widget = partnerships[0].pk, forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        link = self.links.get(said.get("link", ""))
        if link is not None and link.partnership_id != said.get("partnership"):
            self.add_error("link", _("This link is of another program. Choose one of this one."))
        return said
