"""The feed of links from PostgreSQL: polled each second, asked at once for an unknown slug.

It is a view, `tracking_links_feed (seq bigint, number bigint, slug text, payload jsonb)`: a
changed link has a higher `seq`, and none is committed after a higher one. The payload:

    {"number": 7, "slug": "anna", "url": "https://…", "domains": ["shop.example"],
     "program": "prg_…", "partnership": "par_…", "disabled": false,
     "fallback_url": null, "param": "hs_click", "host": ""}

`host` is set where a link answers on one host only. A second view, `tracking_hosts_feed (seq,
payload)`, is numbered with it: each row has an empty slug and speaks for a host, and its
`fallback_url` is where visitors of unknown links go. Of `programs_program` only the ids are read.
"""

from asyncio import timeout
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog

from handsel.tracking.links.replica import Change

log = structlog.get_logger("handsel.tracking.links")

PAGE = 5000
_LINKS = "SELECT seq, number, slug, payload::text AS payload FROM tracking_links_feed"
_HOSTS = "SELECT seq, 0, '', payload::text FROM tracking_hosts_feed"
# Each side ends by itself: a million links are not sorted for the sake of a few hosts.
_PAGE = f"WHERE seq > $1 ORDER BY seq LIMIT {PAGE}"
_CHANGES = f"({_LINKS} {_PAGE}) UNION ALL ({_HOSTS} {_PAGE}) ORDER BY seq LIMIT {PAGE}"
_LAST = """SELECT greatest(
    (SELECT seq FROM tracking_links_feed ORDER BY seq DESC LIMIT 1),
    (SELECT seq FROM tracking_hosts_feed ORDER BY seq DESC LIMIT 1), 0) AS seq"""

Unreachable = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class FeedDown(Exception):
    """PostgreSQL does not answer."""


class Feed:
    """Reads the view. `is_down` is None until the first answer, or the first silence."""

    def __init__(self, database_url: str, *, patience_s: float = 1.5) -> None:
        self.is_down: bool | None = None
        self._url = database_url
        self._patience_s = patience_s
        self._pool: asyncpg.Pool | None = None

    async def changes(self, after: int) -> list[Change]:
        """The next page of changes after a number. Raises FeedDown."""
        return await self._rows(_CHANGES, after)

    async def ask(self, slug: str) -> list[Change]:
        """What PostgreSQL says of a slug. Raises FeedDown, at once while it is known to be."""
        if self.is_down:
            raise FeedDown
        return await self._rows(f"{_LINKS} WHERE slug = $1 ORDER BY seq", slug)

    async def last_seq(self) -> int:
        """The highest number of the feed. Raises FeedDown."""
        [row] = await self._records(_LAST)
        return int(row["seq"])

    async def clock_offset(self) -> timedelta:
        """How far the domain's time is from real time, in demo data. Raises FeedDown."""
        [row] = await self._records("SELECT handsel_now() - now() AS ahead")
        ahead: timedelta = row["ahead"]
        return ahead

    async def programs(self) -> list[UUID]:
        """Raises FeedDown."""
        return [row["id"] for row in await self._records("SELECT id FROM programs_program")]

    async def has_program(self, program: UUID) -> bool:
        """Raises FeedDown, at once while it is known to be."""
        if self.is_down:
            raise FeedDown
        return bool(await self._records("SELECT 1 FROM programs_program WHERE id = $1", program))

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def _rows(self, sql: str, parameter: object) -> list[Change]:
        records = await self._records(sql, parameter)
        return [Change(r["seq"], r["number"], r["slug"], r["payload"]) for r in records]

    async def _records(self, sql: str, *parameters: object) -> list[asyncpg.Record]:
        try:
            async with timeout(self._patience_s):
                pool = await self._connected()
                async with pool.acquire() as connection:
                    records: list[asyncpg.Record] = await connection.fetch(sql, *parameters)
        except Unreachable as error:
            self._note(error)
            raise FeedDown from error
        self._note(None)
        return records

    async def _connected(self) -> asyncpg.Pool:
        if self._pool is None:
            # Made without connections; four are plenty for lookups of unknown slugs.
            self._pool = asyncpg.create_pool(
                self._url, min_size=0, max_size=4, init=_introduce, reset=_keep
            )
            await self._pool
        return self._pool

    def _note(self, error: BaseException | None) -> None:
        """One line when PostgreSQL goes, one when it is back."""
        if error is not None and not self.is_down:
            log.warning("links feed is down", detail=f"{type(error).__name__}: {error}")
        elif error is None and self.is_down:
            log.info("links feed is back")
        self.is_down = error is not None


async def _introduce(connection: asyncpg.Connection) -> None:
    # Tracking serves every organization; row-level security asks whom a connection acts for.
    await connection.execute("SET handsel.scope = 'system'; SET default_transaction_read_only = on")


async def _keep(connection: asyncpg.Connection) -> None:
    """Give a connection back as it is: it only reads, for one purpose. The usual statement would
    be waited for by nobody when PostgreSQL goes just then."""
