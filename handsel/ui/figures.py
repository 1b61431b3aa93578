"""Amounts, rates and counts as a reader of the active language writes them.

Formats come from CLDR through Babel. Two things are put right: minus is − (U+2212) and
spaces inside a number do not break, whatever the locale's data says.
"""

from copy import copy
from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_decimal, format_percent, get_currency_symbol, get_decimal_symbol
from django.utils.html import format_html
from django.utils.safestring import SafeString

from handsel.engine.money import exponent, round_half_away
from handsel.ui.locales import reader_locale

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
PPM = 1_000_000


class Parts(NamedTuple):
    """An amount cut around its minor unit: `-€14` `.42` ``, or `1 234` `,50` ` €`."""

    head: str
    cents: str
    tail: str


def settle(text: str) -> str:
    """Put the minus sign and the spaces of a formatted number right."""
    return (
        text.replace("-", MINUS)
        .replace(" ", NO_BREAK)
        .replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)
    )


def money_text(amount_minor: int, currency: str, *, sign: bool = False) -> str:
    """An amount of minor units, as `€1,234.50`, `1 234,50 kr` or, with `sign`, `+€16.51`."""
    text = _written(amount_minor, currency, exponent(currency))
    return settle(f"+{text}" if sign and amount_minor > 0 else text)


def money_about(amount_minor: int, currency: str) -> str:
    """An amount that was rounded anyway, in whole units: `€94`, `94 kr`."""
    return settle(_written(amount_minor, currency, 0))


def _written(amount_minor: int, currency: str, digits: int) -> str:
    locale = reader_locale()
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    value = Decimal(amount_minor).scaleb(-exponent(currency))
    text = pattern.apply(value, locale, currency=currency, currency_digits=False)
    # CLDR parts letters from figures ("SEK 5.00"); Babel does not apply that rule.
    symbol = get_currency_symbol(currency, locale=locale)
    if symbol[-1:].isalpha() and not pattern.suffix[0].strip():
        text = text.replace(symbol, f"{symbol}{NO_BREAK}", 1)
    return str(text)


def money_parts(amount_minor: int, currency: str, *, sign: bool = False) -> Parts:
    text = money_text(amount_minor, currency, sign=sign)
    digits = exponent(currency)
    if digits == 0:
        return Parts(text, "", "")
    start = text.rindex(get_decimal_symbol(reader_locale()))
    end = start + 1 + digits
    return Parts(text[:start], text[start:end], text[end:])


def money_html(amount_minor: int, currency: str, *, sign: bool = False) -> SafeString:
    """The amount with its minor unit set quietly."""
    head, cents, tail = money_parts(amount_minor, currency, sign=sign)
    if not cents:
        return format_html('<span class="money">{}</span>', head)
    return format_html(
        '<span class="money">{}<span class="cents">{}</span>{}</span>', head, cents, tail
    )


def rate_text(rate_ppm: int) -> str:
    """A rate in parts per million as per cent, all its digits: 95_000 is `9.5%` or `9,5 %`."""
    share = Decimal(rate_ppm) / PPM
    return settle(format_percent(share, locale=reader_locale(), decimal_quantization=False))


def share_text(share_ppm: int, digits: int) -> str:
    """A measured share, always to as many digits: 570_000 with one is `57.0%` or `57,0 %`."""
    locale = reader_locale()
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (digits, digits)
    step = 10_000 // 10**digits
    share = Decimal(round_half_away(share_ppm, step) * step) / PPM
    return settle(pattern.apply(share, locale))


def count_text(number: int) -> str:
    return settle(format_decimal(number, locale=reader_locale()))


def decimal_text(tenths: int) -> str:
    """A number of tenths that is no amount: 32 is `3.2` or `3,2`, 30 is `3.0`."""
    number = Decimal(tenths).scaleb(-1)
    return settle(format_decimal(number, "#,##0.0", locale=reader_locale()))


def amount_text(amount_minor: int, currency: str) -> str:
    """An amount without its currency, where a heading says that: `1,972.59`, `−16.80`."""
    digits = exponent(currency)
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    value = Decimal(amount_minor).scaleb(-digits)
    return settle(format_decimal(value, pattern, locale=reader_locale()))
