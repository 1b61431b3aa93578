"""What people write about an amount, in the console and in the portal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.relations.models import Question, QuestionMessage
from handsel.relations.services.answer import LOOKING
from handsel.relations.services.writing import TEXT_MAX

Subject = Question.Subject
OF_OTHER_FORMS = {Subject.NOT_CREDITED, Subject.UNCLEAR}


class Text(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=TEXT_MAX,
            widget=forms.Textarea({"rows": 4, "maxlength": TEXT_MAX}),
            **options,
        )


class AskForm(forms.Form):
    prefix = "ask"
    subject = forms.ChoiceField(
        label=_("What seems wrong?"),
        choices=[(s.value, s.label) for s in Subject if s not in OF_OTHER_FORMS],
    )
    text = Text(label=_("Say it in a sentence or two"))


class AskPartnerForm(forms.Form):
    """What a brand asks its partner: it knows the sum, and asks about the rest."""

    prefix = "ask"
    text = Text(label=_("What would you like to know?"))


class AskMissedForm(forms.Form):
    """About an order that was not credited: there is nothing to choose."""

    prefix = "ask"
    text = Text(label=_("Why should it be credited to you?"))


class MessageForm(forms.Form):
    prefix = "say"
    text = Text(label=_("Your message"))


class AnswerForm(forms.Form):
    prefix = "answer"
    outcome = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            *QuestionMessage.Outcome.choices,
            (LOOKING, _("We are still looking into it")),
        ],
        widget=forms.RadioSelect,
    )
    text = Text(label=_("In your words"), help_text=_("Both sides can read this for good."))
    due_on = forms.DateField(
        label=_("Answer due"),
        required=False,
        help_text=_("Only while you are still looking: it is your new promise."),
        widget=forms.DateInput({"type": "date"}),
    )
