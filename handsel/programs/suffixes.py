"""Names of hosts below which anybody may register one: `co.uk`, `myshopify.com`."""

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def is_public_suffix(host: str) -> bool:
    """
    >>> [is_public_suffix(host) for host in ("co.uk", "myshopify.com", "shop.co.uk")]
    [True, True, False]
    """
    return bool(suffixes().is_public(host))
