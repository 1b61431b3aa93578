"""How much a form may bring. Django writes files to disk before any view has looked at them."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

# What a form puts around its file.
WRAPPING_BYTES = 20_000
_KEPT_AS = "upload_bytes_max"
_ITSELF = "reads_forms_itself"


def takes_file(bytes_max: int) -> Callable[[View], View]:
    """The view's form has a file of at most so many bytes, for members only."""

    def mark(view: View) -> View:
        setattr(view, _KEPT_AS, bytes_max)
        return view

    return mark


def reads_forms_itself(view: View) -> View:
    """The view judges what comes before it reads it, and nobody else reads it earlier."""
    setattr(view, _ITSELF, True)
    return view


def is_read_by(view: object) -> bool:
    return bool(getattr(view, _ITSELF, False))


def file_bytes_max(view: object) -> int:
    return int(getattr(view, _KEPT_AS, 0))
