from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.clicks.datacentres import BadDataCentreRanges, DataCentres, opened


def centres(path: Path, *lines: str) -> DataCentres:
    path.write_text("\n".join(lines))
    return DataCentres(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ranges.txt"


def test_an_address_inside_a_range_is_covered_and_its_neighbours_are_not(file: Path) -> None:
    found = centres(file, "# ours", "", "198.51.100.0/23  # of whom", "2001:db8::/32")

    assert found.covers("198.51.100.0")
    assert found.covers("198.51.101.0")
    assert not found.covers("198.51.99.0")
    assert not found.covers("198.51.102.0")
    assert found.covers("2001:db8:ffff::")
    assert not found.covers("2001:db9::")
    assert found.networks_total == 2


def test_a_range_narrower_than_what_we_know_of_an_address_says_nothing(file: Path) -> None:
    assert not centres(file, "198.51.100.0/25").covers("198.51.100.0")
    assert not centres(file, "2001:db8::/56").covers("2001:db8::")


def test_narrow_ranges_that_fill_the_network_together_cover_it(file: Path) -> None:
    assert centres(file, "198.51.100.128/25", "198.51.100.0/25").covers("198.51.100.0")


def test_a_range_within_another_does_not_hide_it(file: Path) -> None:
    assert centres(file, "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24").covers("10.200.3.0")


@pytest.mark.parametrize("ip", ["", "nobody", "198.51.100"])
def test_an_address_that_is_none_is_not_covered(file: Path, ip: str) -> None:
    assert not centres(file, "0.0.0.0/0", "::/0").covers(ip)


def test_without_a_file_nothing_is_covered() -> None:
    assert not DataCentres().covers("198.51.100.0")


@pytest.mark.parametrize("line", ["198.51.100.1/24", "198.51.100.0/33", "aws", "1.2.3.4-1.2.3.9"])
def test_a_line_that_is_no_network_is_named(file: Path, line: str) -> None:
    with pytest.raises(BadDataCentreRanges, match=r"ranges\.txt, line 3: .*per line"):
        centres(file, "# ours", "198.51.100.0/24", line)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(BadDataCentreRanges, match=r"ranges\.txt cannot be read"):
        DataCentres(file)


def test_clicks_go_on_without_the_operators_list(file: Path) -> None:
    said: list[str] = []

    assert not opened(str(file), said.append).covers("198.51.100.0")
    assert "HANDSEL_DATACENTRE_RANGES" in said[0]


networks = st.builds(
    lambda bits, length: ip_network((0x0A000000 | bits << 8, length), strict=False),
    st.integers(0, 0xFFFF),
    st.integers(9, 24),
)


@given(st.lists(networks, max_size=12), st.integers(0, 0xFFFF))
def test_bisection_finds_what_looking_at_every_range_finds(
    tmp_path_factory: pytest.TempPathFactory, listed: list[object], bits: int
) -> None:
    path = tmp_path_factory.mktemp("ranges") / "ranges.txt"
    address = ip_address(0x0A000000 | bits << 8)

    found = centres(path, *map(str, listed)).covers(str(address))

    assert found == any(address in network for network in listed)  # type: ignore[operator]
