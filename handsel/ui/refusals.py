from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm, BaseFormSet

from handsel.errors import DomainError
from handsel.ui.wording import error_words


@contextmanager
def said_by_form(form: BaseForm) -> Iterator[None]:
    """A refusal inside becomes an error of the form, at its field where there is one."""
    try:
        yield
    except DomainError as error:
        said = error_words(error)
        field = error.field if error.field in form.fields else None
        form.add_error(field, f"{said.message} {said.remedy}".strip())


def status_of(*forms: "BaseForm | BaseFormSet[BaseForm] | None") -> int:
    """What a page with these forms is answered with: 422 when one of them was refused, which htmx
    shows like any other answer (`htmx-config` in `ui/base.html`)."""
    refused = any(form is not None and form.is_bound and not form.is_valid() for form in forms)
    return 422 if refused else 200
