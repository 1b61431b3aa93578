"""How often somebody may ask, counted by all web processes together.

usage = take(RateLimitItemPerMinute(600, namespace="requests"), key.pk)
usage.allowed, usage.left, usage.wait_s
"""

import math
import time
from dataclasses import dataclass

from django.db import connection
from limits import RateLimitItem
from limits.strategies import MovingWindowRateLimiter

from handsel.quotas.storage import PostgresStorage

_storage = PostgresStorage()
_windows = MovingWindowRateLimiter(_storage)

_FORGET = (
    "DELETE FROM quotas_window WHERE ends_at < extract(epoch FROM clock_timestamp())",
    "DELETE FROM quotas_cache WHERE expires < clock_timestamp()",
)


@dataclass(frozen=True, slots=True)
class Usage:
    """`left` of the quota after this, and the seconds until the oldest use of it no longer counts.
    Where it was not `allowed`, that is how long to wait."""

    quota: RateLimitItem
    allowed: bool
    left: int
    wait_s: int


def take(quota: RateLimitItem, who: str) -> Usage:
    """Use the quota of `who` once, if it is not used up. What is refused does not count."""
    return _usage(quota, who, _windows.hit(quota, who))


def give_back(quota: RateLimitItem, who: str) -> None:
    """Undo one use: it was not what is counted, as a right password is no failed attempt."""
    _storage.give_back(quota.key_for(who))


def forget(quota: RateLimitItem, who: str) -> None:
    """Let `who` begin anew."""
    _storage.clear(quota.key_for(who))


def look(quota: RateLimitItem, who: str) -> Usage:
    """How much is left, without using any of it."""
    return _usage(quota, who)


def _usage(quota: RateLimitItem, who: str, allowed: bool | None = None) -> Usage:
    ends_at, left = _windows.get_window_stats(quota, who)
    wait_s = min(max(1, math.ceil(ends_at - time.time())), quota.get_expiry())
    return Usage(quota, left > 0 if allowed is None else allowed, max(0, left), wait_s)


def forget_ended() -> int:
    """Drop what counts no longer; how many rows."""
    dropped = 0
    with connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement)
            dropped += cursor.rowcount
    return dropped
