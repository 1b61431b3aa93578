"""Numbers as people type them, in any of our languages."""

import re
from decimal import Decimal

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import gettext as _

from handsel.ui.locales import reader_locale

NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?")
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")


class Unreadable(ValueError):
    """A text that is no such value; says what is wrong and how to write it."""


def read_number(text: str) -> Decimal:
    """A number, whichever mark its reader's language has for decimals; the other one is understood
    where it can mean nothing else.

    >>> from django.utils import translation
    >>> with translation.override("sv"):
    ...     read_number("1 234,5"), read_number("1234.5")
    (Decimal('1234.5'), Decimal('1234.5'))
    >>> with translation.override("en"):
    ...     read_number("1,234"), read_number("12,5")
    (Decimal('1234'), Decimal('12.5'))
    """
    locale = reader_locale()
    plain = re.sub(r"\s", "", text).replace("\N{MINUS SIGN}", "-")
    point, group = get_decimal_symbol(locale), get_group_symbol(locale)
    if point == "," and "," in plain:
        plain = plain.replace(".", "?").replace(",", ".")
    elif group == "," and GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif "." not in plain:
        plain = plain.replace(",", ".")
    if not NUMBER.fullmatch(plain):
        raise Unreadable(
            _("“%(text)s” is no number. Write it as in %(example)s.")
            % {"text": text, "example": f"12{point}5"}
        )
    return Decimal(plain)


def write_number(number: Decimal) -> str:
    """All its digits, without groups."""
    text = format(number.normalize(), "f") if number else "0"
    return text.replace(".", get_decimal_symbol(reader_locale()))
