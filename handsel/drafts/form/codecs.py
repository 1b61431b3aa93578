"""What people type, and values: rates, amounts, numbers, lists of names, moments.

A text is read as a reader of the active language writes: `12,5 %` or `12.5%`. What is written is
read back as the same value, whatever it is.
"""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol
from django.utils.translation import gettext as _

from handsel.engine.money import exponent
from handsel.engine.values import moment_text
from handsel.ui.locales import reader_locale
from handsel.ui.numbers import Unreadable, read_number, write_number

PLAIN_NAME = re.compile(r'[^",\s](?:[^,\x00-\x1f\x7f\x85\u2028\u2029]*[^,\s])?')
PER_CENT = Decimal(10_000)


def read_rate(text: str) -> int:
    """A share in parts per million, from per cent."""
    ppm = read_number(text.replace("%", "")) * PER_CENT
    if ppm != int(ppm):
        raise Unreadable(_("A rate has four decimals at most."))
    return int(ppm)


def write_rate(rate_ppm: int) -> str:
    return write_number(Decimal(rate_ppm) / PER_CENT)


def read_amount(text: str, currency: str) -> int:
    """Minor units, from an amount with or without its currency's code."""
    bare = re.sub(re.escape(currency), "", text, flags=re.IGNORECASE)
    minor = read_number(re.sub(r"[€$£]|kr\.?|zł", "", bare)).scaleb(exponent(currency))
    if minor != int(minor):
        raise Unreadable(
            _("%(currency)s has %(digits)d decimals.")
            % {"currency": currency, "digits": exponent(currency)}
        )
    return int(minor)


def write_amount(amount_minor: int, currency: str) -> str:
    digits = exponent(currency)
    number = Decimal(amount_minor).scaleb(-digits)
    if number == int(number):
        return write_number(number)
    return f"{number:.{digits}f}".replace(".", get_decimal_symbol(reader_locale()))


def read_whole(text: str) -> int:
    number = read_number(text)
    if number != int(number):
        raise Unreadable(_("“%(text)s” is no whole number.") % {"text": text})
    return int(number)


def write_whole(number: int) -> str:
    return str(number)


def read_names(text: str) -> list[str]:
    """Names parted by commas or lines. One that has such a mark itself stands in quotes.

    >>> read_names('SOCK, "A, B"')
    ['SOCK', 'A, B']
    """
    names, rest = [], text.strip(" \t\r\n,")
    while rest:
        if rest.startswith('"'):
            try:
                name, end = json.JSONDecoder().raw_decode(rest)
            except json.JSONDecodeError:
                raise Unreadable(_("A quotation mark is not closed.")) from None
        else:
            found = re.match(r"[^,\r\n]+", rest)
            assert found is not None
            name, end = found[0].strip(), found.end()
        names.append(name)
        after = rest[end:].lstrip(" \t")
        if after and after[0] not in ",\r\n":
            raise Unreadable(_("Part names by commas."))
        rest = after.lstrip(" \t\r\n,")
    return names


def write_names(names: list[str]) -> str:
    return ", ".join(write_name(name) for name in names)


def read_name(text: str) -> str:
    """One line of text; in quotes where it is none, or begins with one."""
    if not text.startswith('"'):
        return text.strip()
    try:
        name = json.loads(text)
    except json.JSONDecodeError:
        return text.strip()
    return name if isinstance(name, str) else text.strip()


def write_name(name: str) -> str:
    """
    >>> write_name("SOCK"), write_name("A, B"), write_name("")
    ('SOCK', '"A, B"', '""')
    """
    return name if PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=True)


def write_line(text: str) -> str:
    """One line of text, in quotes only where a browser would change it; empty where it is."""
    bare = text == text.strip() and not re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", text)
    return text if bare and not text.startswith('"') else json.dumps(text, ensure_ascii=True)


def read_moment(text: str, zone: str) -> str:
    """A moment as JSON has it, from a local time, or from one that names its offset."""
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is None:
            at = at.replace(tzinfo=ZoneInfo(zone))
        return moment_text(at.astimezone(UTC))
    except (ValueError, OverflowError):
        raise Unreadable(
            _("“%(text)s” is no time. Write it as in 2026-09-01T00:00.") % {"text": text}
        ) from None


def write_moment(value: str, zone: str) -> str:
    """The local time, as browsers take it; with its offset where it would be ambiguous."""
    at = datetime.fromisoformat(value)
    try:
        local = at.astimezone(ZoneInfo(zone))
        plain = local.replace(tzinfo=None).isoformat(
            timespec="minutes" if not (local.second or local.microsecond) else "auto"
        )
        same = local.fold == 0 and local.microsecond % 1000 == 0
        return plain if same else local.isoformat()
    except (ValueError, OverflowError):
        return value
