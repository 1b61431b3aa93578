"""Amounts: whole numbers of a currency's minor unit. Rates: whole numbers of ppm (1 % = 10,000)."""

import re
from collections.abc import Sequence

PPM = 1_000_000

# ISO 4217, the currencies in use (2026). CLDR, and Babel with it, counts the digits that people
# write; ISO counts those that banks and shops send (RSD 2 and not 0, IQD 3 and not 0).
CURRENCIES = frozenset(
    re.findall(
        r"[A-Z]{3}",
        """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES
    VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """,
    )
)
WITHOUT_MINOR_UNIT = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
WITH_THREE_DIGITS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def is_currency(code: str) -> bool:
    return code in CURRENCIES


def exponent(currency: str) -> int:
    """Digits of the minor unit in ISO 4217; ValueError for what is no currency.

    >>> [exponent(currency) for currency in ("EUR", "JPY", "KWD")]
    [2, 0, 3]
    """
    if not is_currency(currency):
        raise ValueError(f"Not a currency in use: {currency!r}")
    if currency in WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in WITH_THREE_DIGITS else 2


def round_half_away(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero: a refund mirrors its sale.

        >>> round_half_away(25, 10), round_half_away(-25, 10), round_half_away(24, 10)
        (3, -3, 2)

    Raises ValueError unless the denominator is positive.
    """
    if denominator <= 0:
        raise ValueError("A denominator is positive.")
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return nearest if numerator >= 0 else -nearest


def apply_ppm(amount_minor: int, rate_ppm: int) -> int:
    """A rate of an amount, rounded once.

    >>> apply_ppm(12018, 95_000)    # 9.5 % of 120.18 EUR is 11.4171
    1142
    """
    return round_half_away(amount_minor * rate_ppm, PPM)


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight, so that the parts add up to the whole.

    Each part is the floor of its exact share; the units left over go, one each,
    to the largest remainders, and to the earlier part when those are equal.
    A refund takes back what its sale gave: split(-a, w) == [-p for p in split(a, w)].

        >>> split(1000, [1, 1, 1])    # 10.00 EUR over three touches, in cents
        [334, 333, 333]

    Raises ValueError when a weight is negative or all are zero.
    Source: largest remainder method (Hamilton, 1792).
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("Weights are zero or more, and not all zero.")
    if amount_minor < 0:
        return [-part for part in split(-amount_minor, weights)]

    shares = [divmod(amount_minor * weight, total) for weight in weights]
    parts = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-shares[place][1], place))
    for place in by_remainder[: amount_minor - sum(parts)]:
        parts[place] += 1
    return parts
