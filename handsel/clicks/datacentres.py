"""Addresses where servers stand rather than people sit: the operator's file, a network per line.

    # comment
    192.0.2.0/24
    2001:db8::/32   # of whom

What we know of a visitor is the address cut to /24 or /48, so a network that is narrower says
nothing about it: a cut address is covered when all of its network is, by one line or by several
together. That errs towards the visitor.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

CACHED_MAX = 65_536

_KEPT_BITS = {4: 24, 6: 48}

Network = IPv4Network | IPv6Network
# First and last address, as numbers.
Range = tuple[int, int]


class BadDataCentreRanges(ValueError):
    """The file cannot be read, or one of its lines is no network; the text names the line."""


def opened(setting: str, complain: Callable[[str], object]) -> "DataCentres":
    """Those of the operator's setting. Where their file is wrong, say so and know none."""
    try:
        return DataCentres(Path(setting) if setting else None)
    except BadDataCentreRanges as problem:
        complain(str(problem))
        return DataCentres()


class DataCentres:
    def __init__(self, path: Path | None = None) -> None:
        """Without a path there are none. Raises BadDataCentreRanges."""
        networks = _read(path) if path else []
        self.networks_total = len(networks)
        self._ranges = {version: _merged(networks, version) for version in _KEPT_BITS}
        self._firsts = {
            version: [first for first, _ in ranges] for version, ranges in self._ranges.items()
        }
        self.covers = lru_cache(maxsize=CACHED_MAX)(self._covers)

    def _covers(self, ip_text: str) -> bool:
        """Whether servers stand at this cut address; no, where it is empty or none."""
        if not self.networks_total:
            return False
        try:
            address = ip_address(ip_text)
        except ValueError:
            return False
        cut = ip_network((address, _KEPT_BITS[address.version]), strict=False)
        place = bisect_right(self._firsts[cut.version], int(cut.network_address)) - 1
        return place >= 0 and self._ranges[cut.version][place][1] >= int(cut.broadcast_address)


def _read(path: Path) -> list[Network]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise BadDataCentreRanges(
            f"HANDSEL_DATACENTRE_RANGES: {path} cannot be read: {error}."
        ) from error
    return [
        _network(path, number, network)
        for number, line in enumerate(lines, 1)
        if (network := line.partition("#")[0].strip())
    ]


def _network(path: Path, number: int, text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise BadDataCentreRanges(
            f"HANDSEL_DATACENTRE_RANGES: {path}, line {number}: {error}."
            " Write one network per line, as 192.0.2.0/24 or 2001:db8::/32."
        ) from error


def _merged(networks: Iterable[Network], version: int) -> list[Range]:
    """Ascending, and none touches the next."""
    ranges: list[Range] = []
    wanted = (network for network in networks if network.version == version)
    for first, last in sorted((int(n.network_address), int(n.broadcast_address)) for n in wanted):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(last, ranges[-1][1])
        else:
            ranges.append((first, last))
    return ranges
