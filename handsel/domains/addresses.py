"""Addresses: which are public, and which belong to a network that stands in front of others."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# What `is_global` lets through and still leads inside, or inside something else: addresses that
# carry an IPv4 address in them, and those nobody may use any more.
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4"),
            *("240.0.0.0/4", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
            *("100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10"),
            "ff00::/8",
        ),
    )
)

# https://www.cloudflare.com/ips-v4 and ips-v6; they change every few years.
CLOUDFLARE = tuple(
    map(
        ip_network,
        (
            *("173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22"),
            *("141.101.64.0/18", "108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20"),
            *("197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13"),
            *("104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22", "2400:cb00::/32"),
            *("2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32"),
            *("2a06:98c0::/29", "2c0f:f248::/32"),
        ),
    )
)


def is_public(text: str) -> bool:
    """Whether an address lies on the internet, and not in somebody's own network.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "64:ff9b::a00:1")]
    [True, False, False]
    """
    address = ip_address(text)
    if address.is_multicast or not address.is_global:
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def is_cloudflare(text: str) -> bool:
    address = ip_address(text)
    return any(address in network for network in CLOUDFLARE)
