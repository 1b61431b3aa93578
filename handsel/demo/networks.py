"""In which countries the invented networks of the demo lie.

They belong to nobody (RFC 2544, RFC 3849): no database knows them, and nothing is invented about
anybody's network.
"""

import random

COUNTRIES = (
    *("GB", "IE", "DE", "FR", "NO", "SE", "DK", "ES"),
    *("PT", "PL", "NL", "BE", "FI", "CH", "IT", "US"),
)
# 198.18.0.0/15 has 512 networks of 256 addresses.
EACH = 512 // len(COUNTRIES)
V6 = "2001:db8:"


def network_in(country: str, chance: random.Random) -> str:
    """An address there as tracking keeps it, cut to its network; a quarter are IPv6."""
    place = COUNTRIES.index(country) if country in COUNTRIES else 0
    bits = chance.getrandbits(18)
    if bits & 3:
        number = place * EACH + (bits >> 2) % EACH
        return f"198.{18 + number // 256}.{number % 256}.0"
    return f"{V6}{place << 12 | bits >> 6:x}::"


def country_of(ip: str) -> str:
    """
    >>> country_of(network_in("NO", random.Random(1)))
    'NO'
    >>> country_of("192.0.2.0")
    ''
    """
    if ip.startswith(V6):
        return COUNTRIES[int(ip.removeprefix(V6).removesuffix("::") or "0", 16) >> 12]
    parts = ip.split(".")
    if parts[0] == "198" and parts[1] in {"18", "19"}:
        return COUNTRIES[((int(parts[1]) - 18) * 256 + int(parts[2])) // EACH]
    return ""
