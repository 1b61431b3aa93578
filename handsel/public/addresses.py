"""Where a request comes from, by the same rule as on the click path."""

from functools import lru_cache

from django.http import HttpRequest

from handsel.environment import environment
from handsel.tracking.asgi import Scope
from handsel.tracking.clients import Clients, truncated


def address_of(request: HttpRequest) -> str:
    """The client's address; only TRUSTED_PROXIES may speak for another. Empty when unknown.

    The full address: to count attempts by, never to be kept.
    """
    return str(_clients(environment().trusted_proxies).address(_scope(request)) or "")


def network_of(request: HttpRequest) -> str:
    """The client's address cut as on the click path: what may be kept. Empty when unknown."""
    return truncated(_clients(environment().trusted_proxies).address(_scope(request)))


def is_internal(request: HttpRequest) -> bool:
    """Whether it comes from this machine or its private network, not through an unknown proxy."""
    return _clients(environment().trusted_proxies).is_internal(_scope(request))


@lru_cache
def _clients(trusted_proxies: str) -> Clients:
    return Clients(b"", trusted_proxies)


def _scope(request: HttpRequest) -> Scope:
    """As much of an ASGI scope as says who asks."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return {
        "client": (request.META.get("REMOTE_ADDR", ""), 0),
        "headers": [(b"x-forwarded-for", forwarded.encode("latin-1"))] if forwarded else [],
    }
