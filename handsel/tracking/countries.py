"""The country of an address, by a database on this machine: nobody is asked.

Any file in MaxMind's format (MMDB) will do that has a code of two letters at `country.iso_code`
(GeoLite2, GeoIP2) or at `country_code` (ip-location-db, IPinfo). The address is cut already, so the
answer is that of its network.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

CACHED_MAX = 65_536

# Put there by `make env`; see bundled.py.
BUNDLED = Path(__file__).resolve().parent / "assets" / "country.mmdb"


class BadCountryDatabase(ValueError):
    """The operator's file cannot be read as a database of countries."""


def database_of(setting: str) -> Path | None:
    """The operator's database, else the one that came with us; None when there is neither."""
    if setting:
        return Path(setting)
    return BUNDLED if BUNDLED.is_file() else None


def opened(setting: str, complain: Callable[[str], object]) -> "Countries":
    """The countries by the operator's setting. Where their database cannot be read, say so and
    know none: a click matters more than its country."""
    try:
        return Countries(database_of(setting))
    except BadCountryDatabase as problem:
        complain(str(problem))
        return Countries()


class Countries:
    def __init__(self, path: Path | None = None) -> None:
        """Without a path every country is unknown. Raises BadCountryDatabase."""
        self._reader = _open(path) if path else None
        self.country_of = lru_cache(maxsize=CACHED_MAX)(self._country_of)

    def _country_of(self, ip_text: str) -> str:
        """ISO 3166-1 alpha-2, in capitals; empty when it is not known."""
        if self._reader is None or not ip_text:
            return ""
        try:
            found = self._reader.get(ip_text)
        except ValueError:
            return ""
        return _code(found)

    @property
    def made_at(self) -> datetime | None:
        """When the database was made, as it says itself."""
        if self._reader is None:
            return None
        return datetime.fromtimestamp(self._reader.metadata().build_epoch, UTC)

    @property
    def kind(self) -> str:
        """What the database calls itself."""
        return str(self._reader.metadata().database_type) if self._reader else ""


def _open(path: Path) -> Any:
    import maxminddb

    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise BadCountryDatabase(
            f"HANDSEL_COUNTRY_DATABASE: {path} cannot be read: {error}."
            " It must be a file in MaxMind's format (MMDB)."
        ) from error


def _code(found: Any) -> str:
    if not isinstance(found, dict):
        return ""
    country = found.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else found.get("country_code")
    if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha():
        return code.upper()
    return ""
