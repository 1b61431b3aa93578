"""Values of the language as plain data with nothing left out, for words and comparisons."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from handsel.engine.values import moment_text


def plain(value: BaseModel) -> dict[str, object]:
    """Every member of a value, silent ones included, as JSON has them.

    >>> from handsel.engine.terms.conditions import TimeBox
    >>> plain(TimeBox())
    {'since': None, 'until': None}
    """
    return {name: _plain(getattr(value, name)) for name in type(value).model_fields}


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return moment_text(value) if isinstance(value, datetime) else value


def unordered(value: object) -> object:
    """Plain data with every list sorted: what says the same in another order becomes equal."""
    if isinstance(value, Mapping):
        return tuple((name, unordered(member)) for name, member in sorted(value.items()))
    if isinstance(value, tuple):
        return tuple(sorted((unordered(item) for item in value), key=repr))
    return value
