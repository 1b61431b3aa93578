from pathlib import Path

import pytest

from handsel.environment import environment
from handsel.intake.surroundings import configured
from handsel.tracking.tests import mmdb


@pytest.fixture(autouse=True)
def read_anew():
    environment.cache_clear()
    yield
    environment.cache_clear()


def test_the_operators_files_say_what_is_known_of_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = mmdb.write(tmp_path / "c.mmdb", "198.51.100.0/24", {"country_code": "PL"})
    (tmp_path / "ranges.txt").write_text("198.51.100.0/24")
    monkeypatch.setenv("HANDSEL_COUNTRY_DATABASE", str(database))
    monkeypatch.setenv("HANDSEL_DATACENTRE_RANGES", str(tmp_path / "ranges.txt"))

    known = configured()

    assert (known.country_of("198.51.100.0"), known.is_data_centre("198.51.100.0")) == ("PL", True)
    assert (known.country_of("192.0.2.0"), known.is_data_centre("192.0.2.0")) == ("", False)


def test_files_that_cannot_be_read_stop_no_click(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ranges.txt").write_text("aws")
    monkeypatch.setenv("HANDSEL_COUNTRY_DATABASE", str(tmp_path / "none.mmdb"))
    monkeypatch.setenv("HANDSEL_DATACENTRE_RANGES", str(tmp_path / "ranges.txt"))

    known = configured()

    assert (known.country_of("198.51.100.0"), known.is_data_centre("198.51.100.0")) == ("", False)
