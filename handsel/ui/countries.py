"""Countries by their names in the reader's language."""

import re
import unicodedata
from functools import lru_cache

from babel import Locale

from handsel.ui.locales import reader_locale

COUNTRY = re.compile(r"[A-Z]{2}")
# In CLDR beside countries: regions, unions and what is made up for tests.
NOT_COUNTRIES = frozenset("EU EZ UN QO XA XB ZZ AC CP CQ DG EA IC TA".split())  # noqa: SIM905
# Letters of their own, after z: of these languages only, elsewhere å is an a.
LAST_LETTERS = {"sv": "åäö", "nb": "æøå"}


def country_choices() -> list[tuple[str, str]]:
    """Code and name of every country, in the order of the reader's alphabet."""
    return list(_sorted(reader_locale()))


@lru_cache
def _sorted(locale: Locale) -> list[tuple[str, str]]:
    named = [
        (code, name)
        for code, name in locale.territories.items()
        if COUNTRY.fullmatch(code) and code not in NOT_COUNTRIES
    ]
    return sorted(named, key=lambda country: _sort_key(country[1], locale))


def country_name(code: str) -> str:
    """The name of a country; a code that is none shows itself."""
    name: str = reader_locale().territories.get(code, code)
    return name


def _sort_key(name: str, locale: Locale) -> str:
    last = LAST_LETTERS.get(locale.language, "")
    return "".join(_place(letter, last) for letter in name.casefold())


def _place(letter: str, last: str) -> str:
    if letter in last:
        return f"~{last.index(letter)}"
    if letter == "ł":  # the one Polish letter that Unicode does not take apart
        return "l"
    return unicodedata.normalize("NFKD", letter)[0]
