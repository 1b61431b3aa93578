from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

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
