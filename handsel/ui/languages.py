"""Languages by their names in the reader's language."""

import re
from functools import lru_cache

from babel import Locale

from handsel.ui.locales import reader_locale

LANGUAGE = re.compile(r"[a-z]{2}")


def language_choices() -> list[tuple[str, str]]:
    """Code (ISO 639-1) and name of every language, by name."""
    return list(_sorted(reader_locale()))


@lru_cache
def _sorted(locale: Locale) -> list[tuple[str, str]]:
    named = [(code, name) for code, name in locale.languages.items() if LANGUAGE.fullmatch(code)]
    return sorted(named, key=lambda language: language[1].casefold())
