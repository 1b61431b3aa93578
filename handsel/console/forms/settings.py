from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.organizations.models import ApiKey, Member
from handsel.programs.forms import ProgramFields, WebAddress
from handsel.programs.services import REPEAT_WINDOW_S_MAX
from handsel.ui.forms import UnitInput


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    site_url = WebAddress(label=_("Website"), required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Partners write to it.")
    )


class ProgramForm(ProgramFields):
    fallback_url = WebAddress(
        label=_("Where visitors of a disabled link go"),
        required=False,
        help_text=_("Empty: where links lead."),
    )
    answer_days = forms.IntegerField(
        label=_("Questions and applications are answered within"),
        min_value=1,
        max_value=30,
        widget=UnitInput({"inputmode": "numeric"}, after=_("working days")),
        help_text=_("Your promise to partners who question an amount, and to those who apply."),
    )
    payout_day = forms.IntegerField(
        label=_("Partners are paid on day"),
        min_value=1,
        max_value=28,
        widget=UnitInput({"inputmode": "numeric"}, after=_("of each month")),
        help_text=_("Of a batch that you approve before; the next bank day when banks are closed."),
    )
    payout_net_days = forms.IntegerField(
        label=_("What was approved until"),
        min_value=0,
        max_value=90,
        widget=UnitInput({"inputmode": "numeric"}, after=_("days before")),
        help_text=_("15 days before the 16th: the commissions of the month before."),
    )


class ClickFilterForm(forms.Form):
    click_filter = forms.ChoiceField(
        label=_("Suspicious clicks"),
        widget=forms.RadioSelect,
        choices=[
            ("strict", _("Strict: they do not count and earn no credit for an order")),
            ("moderate", _("Moderate: they do not count, but may earn credit for an order")),
            ("relaxed", _("Relaxed: they are marked, count and may earn credit")),
        ],
    )
    repeat_window_s = forms.IntegerField(
        label=_("Another click on the same link is a repeat for"),
        min_value=0,
        max_value=REPEAT_WINDOW_S_MAX,
        widget=UnitInput({"inputmode": "numeric"}, after=_("seconds")),
        help_text=_("Of the same visitor. With 0 every click stands for itself."),
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices)


class KeyForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=ApiKey.Scope.choices,
        initial=[ApiKey.Scope.CONVERSIONS_WRITE],
        widget=forms.CheckboxSelectMultiple,
    )
