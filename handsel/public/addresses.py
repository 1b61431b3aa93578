"""Where a request comes from, by the same rule as on the click path."""

from collections.abc import AsyncIterator
from functools import lru_cache

from django.http import HttpRequest

from handsel.environment import environment
from handsel.tracking import http
from handsel.tracking.clients import Clients


def address_of(request: HttpRequest) -> str:
    """The client's address; only TRUSTED_PROXIES may speak for another. Empty when unknown.

    The full address: to count attempts by, never to be kept.
    """
    address = _clients(environment().trusted_proxies).address(_as_on_the_click_path(request))
    return str(address.full) if address else ""


def network_of(request: HttpRequest) -> str:
    """The client's address cut as on the click path: what may be kept. Empty when unknown."""
    address = _clients(environment().trusted_proxies).address(_as_on_the_click_path(request))
    return address.cut if address else ""


def is_internal(request: HttpRequest) -> bool:
    """Whether it comes from this machine or its private network, not through an unknown proxy."""
    return _clients(environment().trusted_proxies).is_internal(_as_on_the_click_path(request))


@lru_cache
def _clients(trusted_proxies: str) -> Clients:
    return Clients(None, trusted_proxies)


class _Forwarded(dict[str, str]):
    """The one header that says whom a proxy speaks for."""

    def get_all(self, key: str) -> list[str]:
        return [self[key]] if key in self else []

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return list(super().items())


def _as_on_the_click_path(request: HttpRequest) -> http.Request:
    """As much of a request as says who asks."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return http.Request(
        method="",
        path="",
        query="",
        peer=f"{request.META.get('REMOTE_ADDR', '')}:0",
        headers=_Forwarded({"x-forwarded-for": forwarded} if forwarded else {}),
        chunks=_nothing(),
    )


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield
