"""Where a visitor's network lies and what stands there, by files on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from handsel.clicks.datacentres import DataCentres
from handsel.environment import environment
from handsel.tracking.countries import Countries, database_of


class Surroundings(NamedTuple):
    """Both are asked with an address that is cut, or empty, and remember their answers."""

    country_of: Callable[[str], str]
    is_data_centre: Callable[[str], bool]


UNKNOWN = Surroundings(lambda _ip: "", lambda _ip: False)


def configured() -> Surroundings:
    """By the operator's files. Raises BadCountryDatabase, BadDataCentreRanges."""
    settings = environment()
    ranges = settings.datacentre_ranges
    countries = Countries(database_of(settings.country_database))
    centres = DataCentres(Path(ranges) if ranges else None)
    return Surroundings(countries.country_of, centres.covers)
