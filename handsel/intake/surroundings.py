"""Where a visitor's network lies and what stands there, by files on this machine."""

from collections.abc import Callable
from typing import NamedTuple

import structlog

from handsel.clicks import datacentres
from handsel.environment import environment
from handsel.tracking import countries

log = structlog.get_logger("handsel.intake")


class Surroundings(NamedTuple):
    """Both are asked with an address that is cut, or empty, and remember their answers."""

    country_of: Callable[[str], str]
    is_data_centre: Callable[[str], bool]


UNKNOWN = Surroundings(lambda _ip: "", lambda _ip: False)


def configured() -> Surroundings:
    """By the operator's files. One that cannot be read is complained of and left out: clicks that
    wait for it would hold up orders."""
    settings = environment()
    return Surroundings(
        countries.opened(settings.country_database, log.error).country_of,
        datacentres.opened(settings.datacentre_ranges, log.error).covers,
    )
