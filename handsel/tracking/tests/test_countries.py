from datetime import UTC, datetime
from pathlib import Path

import pytest

from handsel.tracking import bundled
from handsel.tracking.countries import (
    BUNDLED,
    BadCountryDatabase,
    Countries,
    database_of,
    opened,
)
from handsel.tracking.tests import mmdb

installed = pytest.mark.skipif(
    not bundled.SOURCE.is_dir(), reason="node_modules is not installed; run `npm ci`"
)

RECORDS = [
    ({"country": {"iso_code": "SE"}}, "SE"),  # GeoLite2, GeoIP2
    ({"country_code": "NO", "asn": "AS1"}, "NO"),  # ip-location-db, IPinfo
    ({"country": "Norway", "country_code": "no"}, "NO"),
    ({"country": {"names": {}}}, ""),
    ({"country_code": "Norway"}, ""),
    ({"country_code": "å1"}, ""),
    ("SE", ""),
]


@pytest.mark.parametrize(("record", "country"), RECORDS)
def test_a_country_is_read_from_any_of_the_usual_databases(
    tmp_path: Path, record: object, country: str
) -> None:
    database = mmdb.write(tmp_path / "c.mmdb", "81.2.69.0/24", record)

    assert Countries(database).country_of("81.2.69.0") == country


@pytest.mark.parametrize("ip", ["81.2.70.0", "", "nobody", "2001:db8::", "127.0.0.0"])
def test_what_the_database_does_not_know_is_unknown(tmp_path: Path, ip: str) -> None:
    database = mmdb.write(tmp_path / "c.mmdb", "81.2.69.0/24", {"country_code": "SE"})

    assert Countries(database).country_of(ip) == ""


def test_without_a_database_every_country_is_unknown() -> None:
    assert Countries().country_of("81.2.69.0") == ""
    assert Countries().made_at is None


def test_a_database_says_when_it_was_made(tmp_path: Path) -> None:
    database = mmdb.write(tmp_path / "c.mmdb", "81.2.69.0/24", {}, made_at=1_790_000_000)

    assert Countries(database).made_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert Countries(database).kind == "Test-Country"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.mmdb").write_text("country,code")

    with pytest.raises(BadCountryDatabase, match=r"c\.mmdb cannot be read"):
        Countries(tmp_path / "c.mmdb")


def test_clicks_go_on_without_the_operators_database(tmp_path: Path) -> None:
    said: list[str] = []

    assert opened(str(tmp_path / "none.mmdb"), said.append).country_of("81.2.69.0") == ""
    assert "HANDSEL_COUNTRY_DATABASE" in said[0]


def test_the_operators_database_comes_before_ours(tmp_path: Path) -> None:
    assert database_of(str(tmp_path)) == tmp_path
    assert database_of("") in (BUNDLED, None)


@installed
def test_the_free_database_knows_countries_of_both_kinds_of_address(tmp_path: Path) -> None:
    bundled.copy(target=tmp_path)
    countries = Countries(tmp_path / BUNDLED.name)

    assert countries.country_of("213.112.1.0") == "SE"
    assert countries.country_of("193.213.112.0") == "NO"
    assert countries.country_of("2001:6b0:1::") == "SE"
    assert (tmp_path / "country.LICENSE.txt").is_file()


def test_without_node_modules_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(bundled.DatabaseMissing, match="npm ci"):
        bundled.copy(tmp_path / "node_modules", tmp_path)
    assert not (tmp_path / BUNDLED.name).exists()
