"""Links: found in memory, else on this host's disk, else in PostgreSQL."""

import asyncio
import re
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from sqlite3 import Error as SQLiteError
from time import monotonic

import structlog

from handsel.clock import set_offset
from handsel.tracking.links.feed import PAGE, Feed, FeedDown
from handsel.tracking.links.link import Link, LinkUnusable, read_link
from handsel.tracking.links.programs import Programs
from handsel.tracking.links.replica import Change, Replica

__all__ = ["Change", "Link", "Links", "read_link"]

log = structlog.get_logger("handsel.tracking.links")

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
UNKNOWN_MAX = 10_000
POLL_S = 1.0
# How often to ask for the clock of demo data.
CLOCK_READ_S = 1.0
# How often to look whether the feed began anew, as after a restore.
RESTORE_CHECK_S = 30.0

Key = tuple[str, str]


class Links:
    """Finds links by host and slug, and keeps the replica up to date."""

    def __init__(
        self,
        path: Path,
        database_url: str,
        *,
        cached_max: int = 20_000,
        unknown_s: float = 10.0,
        poll_s: float = POLL_S,
    ) -> None:
        """Without a database URL the replica is served as it is."""
        self.synced_at: float | None = None
        self._path = path
        self._feed = Feed(database_url) if database_url else None
        self._cached_max = cached_max
        self._unknown_s = unknown_s
        self._poll_s = poll_s
        self._cache: OrderedDict[Key, Link] = OrderedDict()
        self._unknown: OrderedDict[Key, float] = OrderedDict()
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._polling: asyncio.Task[None] | None = None
        self._checked_at: float | None = None
        self._clock_read_at: float | None = None

    def start(self) -> None:
        self._replica = Replica(self._path)
        self._cursor = self._replica.cursor()
        self.programs = Programs(self._replica, self._feed)
        if self._feed is not None:
            self._polling = asyncio.create_task(self._poll_forever(self._feed))

    async def close(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling
        if self._feed is not None:
            await self._feed.close()
        self._replica.close()

    @property
    def is_loaded(self) -> bool:
        """Whether there is anything to serve from: an answer of PostgreSQL, now or earlier."""
        return self.synced_at is not None or self._replica.cursor() > 0

    @property
    def cursor(self) -> int:
        return self._cursor

    def count(self) -> int:
        return self._replica.count()

    def known(self, host: str, slug: str) -> Link | None:
        """The link of a slug on a host (lower case, without port), if it is in memory."""
        key = (host if host in self._replica.hosts else "", slug)
        link = self._cache.get(key)
        if link is not None:
            self._cache.move_to_end(key)
        return link

    async def find(self, host: str, slug: str) -> Link | None:
        """The link of a slug on a host, wherever it is known; None when there is none."""
        link = self.known(host, slug)
        if link is not None:
            return link
        return await self._find_beyond_memory((host if host in self._replica.hosts else "", slug))

    def fallback_url(self, host: str) -> str | None:
        """Where the visitors of a host's unknown links go, if somewhere."""
        link = self._from_disk((host, "")) or self._from_disk(("", ""))
        return None if link is None else link.fallback_url

    async def _find_beyond_memory(self, key: Key) -> Link | None:
        if not SLUG.fullmatch(key[1]) or self._unknown.get(key, 0.0) > monotonic():
            return None
        link = self._from_disk(key)
        if link is None and self._feed is not None:
            try:
                await self._ask(self._feed, key[1])
            except FeedDown:
                return None  # not known to be unknown: asked again as soon as possible
            link = self._from_disk(key)
        if link is None:
            self._remember_unknown(key)
        return link

    def _from_disk(self, key: Key) -> Link | None:
        host, slug = key
        try:
            payload = self._replica.payload(host, slug)
            of_this_host = payload is not None
            if payload is None and host:
                payload = self._replica.payload("", slug)
            if payload is None:
                return None
            link = read_link(payload)
            if host and not of_this_host and self._is_foreign(link, host):
                return None
        except (LinkUnusable, SQLiteError) as error:
            log.error("link cannot be read", slug=slug, detail=str(error))
            return None
        self._cache[key] = link
        if len(self._cache) > self._cached_max:
            self._cache.popitem(last=False)
        return link

    def _is_foreign(self, link: Link, host: str) -> bool:
        """Whether the host is another brand's: nobody lends its good name to a stranger's shop."""
        payload = self._replica.payload(host, "")
        owner = read_link(payload).brand if payload else ""
        return bool(owner and link.brand and owner != link.brand)

    async def _ask(self, feed: Feed, slug: str) -> None:
        """Ask PostgreSQL once, however many visitors wait for the same slug."""
        asked = self._asked.get(slug)
        if asked is None:
            asked = self._asked[slug] = asyncio.ensure_future(self._fetch(feed, slug))
            asked.add_done_callback(lambda _: self._asked.pop(slug, None))
        await asyncio.shield(asked)

    async def _fetch(self, feed: Feed, slug: str) -> None:
        changes = await feed.ask(slug)
        if changes:
            await self._apply(changes)

    def _remember_unknown(self, key: Key) -> None:
        self._unknown[key] = monotonic() + self._unknown_s
        if len(self._unknown) > UNKNOWN_MAX:
            self._unknown.popitem(last=False)

    async def _apply(self, changes: list[Change], cursor: int | None = None) -> None:
        await asyncio.to_thread(self._replica.apply, changes, cursor=cursor)
        numbers = {change.number for change in changes}
        slugs = {change.slug for change in changes}
        hosts = {change.host for change in changes if not change.slug}
        # What was found under another slug is dropped too: a link may have been renamed. And what
        # was found on a host that may have another owner now.
        for key in [
            k
            for k, v in self._cache.items()
            if k[1] in slugs or v.number in numbers or k[0] in hosts
        ]:
            del self._cache[key]
        for key in [k for k in self._unknown if k[1] in slugs or k[0] in hosts]:
            del self._unknown[key]

    async def _poll_forever(self, feed: Feed) -> None:
        while True:
            try:
                await self._poll(feed)
            except FeedDown:
                pass  # the feed has said so
            except Exception:
                # Whatever it is, redirects go on from the replica, and the next poll may succeed.
                log.exception("links feed could not be taken over")
            await asyncio.sleep(self._poll_s)

    async def _poll(self, feed: Feed) -> None:
        if self._checked_at is None or monotonic() - self._checked_at > RESTORE_CHECK_S:
            await self._check_for_restore(feed)
            await self.programs.refresh()
            self._checked_at = monotonic()
        self._cursor = await self._read_on(feed, self._cursor)
        if self._clock_read_at is None or monotonic() - self._clock_read_at >= CLOCK_READ_S:
            set_offset(await feed.clock_offset())
            self._clock_read_at = monotonic()
        self.synced_at = monotonic()

    async def _check_for_restore(self, feed: Feed) -> None:
        last = await feed.last_seq()
        if last == 0 and self._cursor > 0:
            # More likely a database that hides its links from us than one that has lost all.
            log.error("links feed is empty, links of earlier go on", cursor=self._cursor)
        elif last < self._cursor:
            await self._begin_anew(feed)

    async def _begin_anew(self, feed: Feed) -> None:
        """The database is older than the replica: take all of it, then drop the rest."""
        log.warning("links feed begins anew, as after a restore", cursor=self._cursor)
        await asyncio.to_thread(self._replica.distrust)
        self._cursor = await self._read_on(feed, 0)
        await asyncio.to_thread(self._replica.forget_stale, self._cursor)
        self._cache.clear()

    async def _read_on(self, feed: Feed, after: int) -> int:
        """Apply all changes after a number; the number of the last one."""
        while changes := await feed.changes(after):
            after = changes[-1].seq
            await self._apply(changes, cursor=after)
            if len(changes) < PAGE:
                break
        return after
