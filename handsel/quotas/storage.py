"""Where the library `limits` keeps its moving windows: one row of PostgreSQL for each.

All web processes on all hosts count together, by the database's clock. A row holds the moment of
each request that was let in during the window, so the limit is exact, and one statement judges and
counts: the row's lock keeps two processes from both taking the last place.
"""

import time

from django.db import Error, connection
from django.utils.crypto import salted_hmac
from limits.storage import MovingWindowSupport, Storage

_TAKE = """
INSERT INTO quotas_window AS known (key, taken_at, ends_at)
SELECT %(key)s, array_fill(clock.s, ARRAY[%(amount)s]), clock.s + %(window)s
FROM (SELECT extract(epoch FROM clock_timestamp())::double precision AS s) AS clock
WHERE %(amount)s <= %(limit)s
ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at, taken_at = ARRAY(
    SELECT at FROM unnest(known.taken_at) AS at WHERE at > excluded.ends_at - 2 * %(window)s
) || excluded.taken_at
WHERE (
    SELECT count(*) FROM unnest(known.taken_at) AS at WHERE at > excluded.ends_at - 2 * %(window)s
) + %(amount)s <= %(limit)s
RETURNING 1
"""
# How long ago the oldest was, rather than when: this host's clock may differ.
_LOOK = """
SELECT coalesce(max(clock.s - at), 0), count(*)
FROM (SELECT extract(epoch FROM clock_timestamp())::double precision AS s) AS clock,
    quotas_window, unnest(taken_at) AS at
WHERE key = %s AND at > clock.s - %s
"""


_GIVE_BACK = """
UPDATE quotas_window SET taken_at = taken_at[:cardinality(taken_at) - 1]
WHERE key = %s AND cardinality(taken_at) > 0
"""


def hidden(name: str) -> str:
    """What a window or an attempt is kept under: it may name an address, which no disk may see."""
    return salted_hmac("handsel.quotas", name, algorithm="sha256").hexdigest()


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Django's `KEY_FUNCTION` for the attempts that allauth counts."""
    return hidden(f"{key_prefix}:{version}:{key}")


class PostgresStorage(Storage, MovingWindowSupport):
    """Keeps moving windows, and no other kind of counter."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> type[Exception]:
        return Error

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE, {"key": hidden(key), "limit": limit, "window": expiry, "amount": amount}
            )
            return cursor.fetchone() is not None

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, [hidden(key), expiry])
            age_s, taken = cursor.fetchone()
        return time.time() - age_s, taken

    def give_back(self, key: str) -> None:
        """Whoever came last goes again."""
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [hidden(key)])

    def clear(self, key: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM quotas_window WHERE key = %s", [hidden(key)])

    def reset(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM quotas_window")
            return int(cursor.rowcount)

    def check(self) -> bool:
        return bool(connection.is_usable())

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("Only moving windows are kept here.")

    def get(self, key: str) -> int:
        raise NotImplementedError("Only moving windows are kept here.")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("Only moving windows are kept here.")
