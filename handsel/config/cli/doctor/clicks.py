"""The checks of the operator's files by which clicks are judged."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from handsel.clicks.datacentres import BadDataCentreRanges, DataCentres
from handsel.config.cli.doctor.finding import Finding
from handsel.environment import Environment
from handsel.tracking.countries import BUNDLED, BadCountryDatabase, Countries, database_of

COUNTRIES_DAYS_MAX = 365


def click_checks(environment: Environment) -> Iterator[Finding]:
    yield countries(environment.country_database)
    yield datacentres(environment.datacentre_ranges)


def countries(setting: str) -> Finding:
    path = database_of(setting)
    if path is None:
        remedy = "`make env` fetches the free one; or set HANDSEL_COUNTRY_DATABASE."
        return Finding("countries", "hint", "no database: countries are unknown", remedy)
    try:
        database = Countries(path)
    except BadCountryDatabase as problem:
        return Finding("countries", "wrong", str(problem), "HANDSEL_COUNTRY_DATABASE")
    made_at = database.made_at
    assert made_at is not None
    days = (datetime.now(UTC) - made_at).days
    whose = "the free one" if path == BUNDLED else str(path)
    found = f"{whose}, made {made_at:%Y-%m-%d}"
    if days > COUNTRIES_DAYS_MAX:
        remedy = "Set HANDSEL_COUNTRY_DATABASE to a newer file: networks change hands."
        return Finding("countries", "hint", f"{found}: {days} days old", remedy)
    return Finding("countries", "ok", found)


def datacentres(setting: str) -> Finding:
    if not setting:
        return Finding("data centres", "ok", "no list is set: clicks from there count")
    try:
        ranges = DataCentres(Path(setting))
    except BadDataCentreRanges as problem:
        return Finding("data centres", "wrong", str(problem), "HANDSEL_DATACENTRE_RANGES")
    return Finding("data centres", "ok", f"{setting}: {ranges.networks_total} networks")
