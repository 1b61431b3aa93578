"""Texts as bodies bring them: what the columns can hold, and nothing that works mischief."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from pydantic import AfterValidator, Field

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


Line = Annotated[str, Field(max_length=120), AfterValidator(_plain)]
Name = Annotated[Line, AfterValidator(_some)]
Address = Annotated[str, Field(max_length=2000), AfterValidator(_plain), AfterValidator(_address)]
Site = Annotated[str, Field(max_length=200), AfterValidator(_plain), AfterValidator(_address)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_plain), AfterValidator(_email)]
Reason = Annotated[str, Field(max_length=1000)]
