from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.partnerships.models import Partnership
from handsel.programs.forms import WebAddress
from handsel.programs.models import Program


class NewPartner(forms.Form):
    """Who joins, and with what. Everything but the name and kind can wait."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Partnership.Kind.choices)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For invitations and letters.")
    )
    invite = forms.BooleanField(
        label=_("Invite them to their own pages"),
        required=False,
        initial=True,
        help_text=_("They get a letter with a link that lets them in once."),
    )
    site_url = WebAddress(label=_("Website"), required=False, example="https://blog.example")
    group = forms.ChoiceField(label=_("Group"))
    slug = forms.CharField(
        label=_("Name in the link"),
        max_length=80,
        required=False,
        help_text=_("Made from the name when you leave it empty."),
    )
    code = forms.CharField(
        label=_("Discount code"),
        max_length=40,
        required=False,
        help_text=_("Made from the name when you leave it empty. Enter it in your shop too."),
    )

    def __init__(self, *args: object, program: Program, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.groups = {g.pk: g for g in program.groups.order_by("created_at")}
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, group.name) for pk, group in self.groups.items()]


class NewLink(forms.Form):
    url = WebAddress(label=_("Page of the shop"), max_length=2000, required=False)
    slug = forms.CharField(label=_("Name in the link"), max_length=80, required=False)
    name = forms.CharField(label=_("Where it is used"), max_length=120, required=False)


class NewCode(forms.Form):
    code = forms.CharField(label=_("Discount code"), max_length=40)
