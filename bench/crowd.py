"""Who clicks: thousands of different browsers, and the programs that published lists know."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

# What comes of a hundred clicks.
BOTS, PREFETCHES, REPEATS, WITH_SUBS = 0.08, 0.02, 0.03, 0.25
CLICKS_PER_MS = 2
NETWORKS = 40_000
RECENT = 500

_PHONES = ("SM-S911B", "SM-A546B", "SM-G991B", "Pixel 8", "Pixel 7a", "CPH2451", "2201117TY", "K")
_HEAD, _TAIL = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko)"


def browsers() -> list[str]:
    """About four thousand, as the market mixes them: by version, system and device."""
    versions = range(96, 144)
    found = [
        f"{_HEAD} (Windows NT 10.0; Win64; x64) {_TAIL} Chrome/{v}.0.{build}.{patch} Safari/537.36"
        for v, build, patch in product(versions, (0, 5735, 6478), (0, 61, 110, 199))
    ]
    found += [
        f"{_HEAD} (Linux; Android {system}; {phone}) {_TAIL} Chrome/{v}.0.0.0 Mobile Safari/537.36"
        for system, phone, v in product((11, 12, 13, 14, 15), _PHONES, versions)
    ]
    found += [
        f"{_HEAD} (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15"
        f" (KHTML, like Gecko) Version/{major}.{minor} Mobile/15E{build} Safari/604.1"
        for major, minor, build in product(range(14, 27), range(8), (148, 5370))
    ]
    found += [
        f"{_HEAD} (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0" for v in versions
    ]
    found += [
        f"{_HEAD} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        f" Version/{major}.{minor} Safari/605.1.15"
        for major, minor in product(range(13, 27), range(8))
    ]
    found += [f"{found[0]} Edg/{v}.0.{build}.0" for v, build in product(versions, (0, 2210))]
    return found


def bots() -> list[str]:
    """Every string that the list of crawlers has seen of them."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    return [agent for crawler in CRAWLER_USER_AGENTS_DATA for agent in crawler["instances"]]


@dataclass(frozen=True)
class Place:
    """A link as tracking knows it."""

    number: int
    partnership: str


class Crowd:
    """Visits links chosen at random, two in every millisecond, as bodies of clicks in a spool."""

    def __init__(self, places: list[Place], seed: int = 11) -> None:
        self._random = Random(seed)
        self._places = places
        self._browsers, self._bots = browsers(), bots()
        networks = {self._random.getrandbits(24) for _ in range(NETWORKS)}
        self._networks = [f"{n >> 16}.{n >> 8 & 255}.{n & 255}.0" for n in sorted(networks)]

    @property
    def agents(self) -> int:
        """How many different user agents there are."""
        return len({*self._browsers, *self._bots})

    def clicks(self, count: int, last_ms: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Moments and bodies, in order; the last are of `last_ms`."""
        from handsel.tracking.click_id import mint

        key, recent = secrets.token_bytes(32), list[dict[str, Any]]()
        for number in range(count):
            at_ms = last_ms - (count - 1 - number) // CLICKS_PER_MS
            if recent and self._random.random() < REPEATS:
                body = dict(self._random.choice(recent))
            else:
                body = self._visit()
            body |= {"id": mint(key, body["link"], at_ms), "at_ms": at_ms}
            recent[RECENT - 1 :] = []
            recent.insert(0, body)
            yield at_ms, body

    def _visit(self) -> dict[str, Any]:
        chance, random = self._random, self._random.random
        place = chance.choice(self._places)
        body: dict[str, Any] = {
            "link": place.number,
            "partnership": place.partnership,
            "ip": chance.choice(self._networks),
            "visitor": secrets.token_urlsafe(15),
            "ua": chance.choice(self._bots if random() < BOTS else self._browsers),
            "referrer": f"https://blog{chance.randrange(2000)}.example/review/{chance.randrange(50)}",
            "lang": chance.choice(("nb-NO,nb;q=0.9,en;q=0.6", "sv-SE,sv;q=0.8", "en", "pl-PL")),
            "fetch": {"site": "cross-site", "mode": "navigate", "dest": "document", "user": "?1"},
        }
        if random() < PREFETCHES:
            body["fetch"] = {"site": "cross-site", "mode": "no-cors", "purpose": "prefetch"}
        if random() < WITH_SUBS:
            body["subs"] = {"s1": f"story-{chance.randrange(40)}", "s2": "banner"}
        return body
