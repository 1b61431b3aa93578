"""Texts as bodies and queries bring them: what the columns can hold, and nothing that works
mischief."""

import re
from datetime import date
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from pydantic import AfterValidator, BeforeValidator, Field

from handsel.engine.values import Moment

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")

_url = URLValidator(schemes=["http", "https"])


def _plain(text: str) -> str:
    text = text.strip()
    if any(ord(character) < 0x20 for character in text):
        raise ValueError("Input should be one line of text without control characters")
    return text


def _address(text: str) -> str:
    try:
        _url(text) if text else None
    except ValidationError:
        raise ValueError(
            "Input should be an address that begins with https:// or http://"
        ) from None
    return text


def _email(text: str) -> str:
    try:
        validate_email(text) if text else None
    except ValidationError:
        raise ValueError("Input should be an e-mail address") from None
    return text


def _some(text: str) -> str:
    if not text:
        raise ValueError("Input should not be empty")
    return text


def _written_out(text: object) -> object:
    """Pydantic would take a number for seconds since 1970."""
    if isinstance(text, str) and not RFC_3339.fullmatch(text):
        raise ValueError("Input should be a moment with its time zone, as 2026-11-20T10:30:00Z")
    return text


def _as_a_day(text: object) -> object:
    """Here too: `0` would be a day of 1970."""
    if isinstance(text, str) and not FULL_DATE.fullmatch(text):
        raise ValueError("Input should be a day, as 2026-11-20")
    return text


QueryDay = Annotated[date, BeforeValidator(_as_a_day)]
QueryMoment = Annotated[Moment, BeforeValidator(_written_out)]

Line = Annotated[str, Field(max_length=120), AfterValidator(_plain)]
Name = Annotated[Line, AfterValidator(_some)]
Address = Annotated[str, Field(max_length=2000), AfterValidator(_plain), AfterValidator(_address)]
Site = Annotated[str, Field(max_length=200), AfterValidator(_plain), AfterValidator(_address)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_plain), AfterValidator(_email)]
Reason = Annotated[str, Field(max_length=1000)]
