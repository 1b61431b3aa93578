from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from handsel.organizations.models import User
from handsel.public.forms.start import NewPassword


class NewcomerForm(forms.Form):
    """Somebody who was invited and is new here."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name", "autofocus": True}),
    )
    password = NewPassword()

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        answer = super().clean() or self.cleaned_data
        if password := answer.get("password"):
            try:
                validate_password(password, User(email=self.email, name=answer.get("name", "")))
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return answer
