"""Proof of a task done, or of how often a post was seen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.commissions.settling.submissions import TEXT_LENGTH_MAX, Open
from handsel.engine.terms import Views
from handsel.partnerships.models import Partnership
from handsel.programs.forms import WebAddress


class SubmissionForm(forms.Form):
    """Of one open task; `views` is asked only where they are paid."""

    place = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    url = WebAddress(
        label=_("Address of it"),
        max_length=2000,
        required=False,
        example="https://blog.example/post",
        help_text=_("The post, the video, or a page that shows it."),
    )
    views = forms.IntegerField(label=_("How often was it seen?"), min_value=1, required=False)
    text = forms.CharField(
        label=_("In words"),
        max_length=TEXT_LENGTH_MAX,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, partnership: Partnership, task: Open, **options: Any) -> None:
        # Several of these stand on one page.
        options.setdefault("auto_id", f"id_{partnership.pk}_{task.place}_%s")
        options.setdefault("initial", {"place": task.place})
        super().__init__(*args, **options)
        if isinstance(task.bonus, Views):
            self.fields["url"].required = self.fields["views"].required = True
            del self.fields["text"]
        else:
            del self.fields["views"]
