"""Which CLDR locale a reader of each language gets: amounts, dates and counts follow it."""

from functools import lru_cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

# English reads in the Irish manner: day before month, 24 hours, and the euro at home.
LOCALES = {"en": "en_IE", "sv": "sv_SE", "nb": "nb_NO", "pl": "pl_PL"}


@lru_cache
def locale_of(language: str) -> Locale:
    """The locale of a language code such as `sv` or `en-gb`; English for one we do not speak."""
    return Locale.parse(LOCALES.get(language.partition("-")[0], LOCALES["en"]))


def reader_locale() -> Locale:
    """The locale of the language that is active now."""
    return locale_of(get_language() or settings.LANGUAGE_CODE)
