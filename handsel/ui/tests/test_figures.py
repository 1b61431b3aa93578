"""Amounts, rates and counts in the four languages."""

import re
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.money import CURRENCIES, exponent
from handsel.ui import figures

NBSP = figures.NO_BREAK
LANGUAGES = ("en", "sv", "nb", "pl")


@pytest.mark.parametrize(
    ("language", "amount_minor", "currency", "text"),
    [
        ("en", 123450, "EUR", "€1,234.50"),
        ("sv", 123450, "EUR", "1 234,50 €"),
        ("nb", 123450, "NOK", "1 234,50 kr"),
        ("pl", 1234550, "PLN", "12 345,50 zł"),
        ("en", -914, "EUR", "−€9.14"),
        ("sv", -914, "SEK", "−9,14 kr"),
        ("nb", -914, "EUR", "−9,14 €"),
        ("pl", -914, "EUR", "−9,14 €"),
        ("en", 5, "EUR", "€0.05"),
        ("en", 1234, "JPY", "JP¥1,234"),
        ("en", 1234567, "KWD", "KWD 1,234.567"),
        ("en", 500, "SEK", "SEK 5.00"),
        ("en", -500, "SEK", "−SEK 5.00"),
        # ISO 4217 counts two digits where CLDR writes none.
        ("en", 1234, "RSD", "RSD 12.34"),
        ("en-gb", 100, "EUR", "€1.00"),
        ("fi", 100, "EUR", "€1.00"),
    ],
)
def test_an_amount_reads_as_its_language_writes_it(language, amount_minor, currency, text):
    with translation.override(language):
        assert figures.money_text(amount_minor, currency) == text.replace(" ", "\u00a0")


def test_what_is_rounded_shows_whole_units():
    with translation.override("nb"):
        assert figures.money_about(120_000, "NOK") == f"1{NBSP}200{NBSP}kr"
    with translation.override("en"):
        assert figures.money_about(9_400, "EUR") == "€94"
        assert figures.money_about(120_000, "JPY") == "JP¥120,000"
        assert figures.money_about(9_400, "SEK") == f"SEK{NBSP}94"


def test_a_gain_shows_its_sign():
    with translation.override("en"):
        assert figures.money_text(1651, "EUR", sign=True) == "+€16.51"
        assert figures.money_text(-1651, "EUR", sign=True) == "−€16.51"
        assert figures.money_text(0, "EUR", sign=True) == "€0.00"


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_can_be_read_back_in_every_language(amount_minor, currency):
    for language in LANGUAGES:
        with translation.override(language):
            head, cents, tail = figures.money_parts(amount_minor, currency)
            text = figures.money_text(amount_minor, currency)

        digits = exponent(currency)
        assert head + cents + tail == text
        assert len(cents) == (digits + 1 if digits else 0)
        assert "-" not in text
        assert " " not in text
        number = re.sub(r"\D", "", head + cents)
        sign = -1 if "\N{MINUS SIGN}" in text else 1
        assert sign * Decimal(number) == amount_minor


def test_the_minor_unit_is_set_quietly():
    with translation.override("sv"):
        assert figures.money_html(123450, "EUR") == (
            '<span class="money">1\u00a0234<span class="cents">,50</span>\u00a0€</span>'
        )
    with translation.override("en"):
        assert figures.money_html(1234, "JPY") == '<span class="money">JP¥1,234</span>'


@pytest.mark.parametrize(
    ("language", "rate_ppm", "text"),
    [
        ("en", 95_000, "9.5%"),
        ("sv", 95_000, "9,5\u00a0%"),
        ("nb", 95_000, "9,5\u00a0%"),
        ("pl", 95_000, "9,5%"),
        ("en", 1, "0.0001%"),
        ("en", 1_000_000, "100%"),
        ("en", -32_000, "−3.2%"),
        ("sv", -32_000, "−3,2\u00a0%"),
    ],
)
def test_a_rate_keeps_all_its_digits(language, rate_ppm, text):
    with translation.override(language):
        assert figures.rate_text(rate_ppm) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "12,345"), ("sv", "12\u00a0345"), ("nb", "12\u00a0345"), ("pl", "12\u00a0345")],
)
def test_a_count_is_grouped(language, text):
    with translation.override(language):
        assert figures.count_text(12345) == text


@pytest.mark.parametrize(
    ("language", "share_ppm", "digits", "text"),
    [
        ("en", 570_000, 1, "57.0%"),
        ("pl", 84_049, 2, "8,40%"),
        ("nb", -31_500, 1, "\N{MINUS SIGN}3,2 %"),
    ],
)
def test_a_measured_share_has_always_as_many_digits(language, share_ppm, digits, text):
    with translation.override(language):
        assert figures.share_text(share_ppm, digits) == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("language", "amount_minor", "currency", "text"),
    [
        ("en", 197_259, "EUR", "1,972.59"),
        ("en", -1_680, "EUR", "−16.80"),
        ("sv", 197_259, "SEK", f"1{NBSP}972,59"),
        ("en", 1_972, "JPY", "1,972"),
        ("en", 5, "KWD", "0.005"),
    ],
)
def test_an_amount_alone_has_all_digits_of_its_currency(language, amount_minor, currency, text):
    with translation.override(language):
        assert figures.amount_text(amount_minor, currency) == text


@pytest.mark.parametrize(("language", "text"), [("en", "1,234.0"), ("pl", "1 234,0")])
def test_tenths_are_always_written(language, text):
    with translation.override(language):
        assert figures.decimal_text(12_340) == text.replace(" ", "\N{NO-BREAK SPACE}")
