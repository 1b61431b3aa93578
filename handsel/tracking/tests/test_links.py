import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from handsel import clock
from handsel.tracking.links import Links
from handsel.tracking.links.replica import Replica
from handsel.tracking.tests.harness import Tracking, change, links_path, payload, plant_links
from handsel.tracking.tests.postgres import Postgres

pytestmark = pytest.mark.anyio

TABLES = """
DROP TABLE IF EXISTS tracking_links_feed, tracking_hosts_feed, programs_program;
CREATE TABLE tracking_links_feed (seq bigint, number bigint, slug text, payload jsonb);
CREATE TABLE tracking_hosts_feed (seq bigint, payload jsonb);
CREATE TABLE programs_program (id uuid);
"""
AHEAD = timedelta(days=31)
CLOCK = (
    "CREATE OR REPLACE FUNCTION handsel_now() RETURNS timestamptz LANGUAGE sql STABLE"
    " AS $$ SELECT now() + interval '31 days' $$"
)


class Feed:
    """The table that stands in for the links' view, and counts how often it is asked."""

    def __init__(self, connection: "asyncpg.Connection") -> None:
        self.connection = connection

    async def put(self, seq: int, number: int, slug: str, **fields: object) -> None:
        await self.connection.execute("DELETE FROM tracking_links_feed WHERE number = $1", number)
        await self.connection.execute(
            "INSERT INTO tracking_links_feed VALUES ($1, $2, $3, $4)",
            seq,
            number,
            slug,
            json.dumps(payload(number, slug, **fields)),
        )

    async def put_host(self, seq: int, host: str, fallback_url: str, brand: str = "") -> None:
        fields = {"number": 0, "slug": "", "host": host, "fallback_url": fallback_url}
        row = json.dumps({**fields, "brand": brand})
        await self.connection.execute("INSERT INTO tracking_hosts_feed VALUES ($1, $2)", seq, row)

    async def clear(self) -> None:
        await self.connection.execute("DELETE FROM tracking_links_feed")


@pytest.fixture
async def feed(postgres: Postgres) -> AsyncIterator[Feed]:
    connection = await asyncpg.connect(postgres.url)
    await connection.execute(f"{TABLES} {CLOCK}")
    yield Feed(connection)
    await connection.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def links(data: Path, url: str, **options: float) -> Links:
    found = Links(links_path(data), url, poll_s=options.pop("poll_s", 0.02), **options)  # type: ignore[arg-type]
    found.start()
    return found


async def test_links_arrive_with_the_feed(tmp_path: Path, postgres: Postgres, feed: Feed) -> None:
    await feed.put(5, 7, "ben")
    found = links(tmp_path, postgres.url)
    await until(lambda: found.synced_at is not None)

    link = await found.find("go.example", "ben")
    assert link is not None
    assert (link.number, link.param, found.cursor) == (7, "hs_click", 5)
    assert link.choice.head == "https://shop.example/start?from=ben&hs_click="
    assert link.choice.tail == "#offer"
    await found.close()


async def test_the_clock_of_demo_data_comes_with_the_links(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    found = links(tmp_path, postgres.url)
    await until(lambda: found.synced_at is not None)

    assert clock.offset() == AHEAD
    await found.close()


async def test_a_changed_link_is_noticed(tmp_path: Path, postgres: Postgres, feed: Feed) -> None:
    await feed.put(1, 7, "ben")
    found = links(tmp_path, postgres.url)
    await found.find("", "ben")
    await feed.put(2, 7, "ben", url="https://shop.example/new", disabled=True)
    await until(lambda: found.cursor == 2)

    link = await found.find("", "ben")
    assert link is not None
    assert (link.url, link.disabled) == ("https://shop.example/new", True)
    await found.close()


async def test_a_link_leaves_its_old_slug(tmp_path: Path, postgres: Postgres, feed: Feed) -> None:
    await feed.put(1, 7, "ben")
    found = links(tmp_path, postgres.url)
    assert await found.find("", "ben")
    await feed.put(2, 7, "benjamin")
    await until(lambda: found.cursor == 2)

    assert await found.find("", "ben") is None
    assert await found.find("", "benjamin")
    await found.close()


async def test_a_new_link_works_before_the_next_poll(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    found = links(tmp_path, postgres.url, poll_s=1000)
    await until(lambda: found.synced_at is not None)
    await feed.put(1, 7, "ben")

    assert await found.find("", "ben")
    await found.close()


async def test_an_unknown_slug_is_asked_once_and_remembered(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    found = links(tmp_path, postgres.url, poll_s=1000)
    await until(lambda: found.synced_at is not None)
    assert await asyncio.gather(*(found.find("", "ben") for _ in range(20))) == [None] * 20

    await feed.put(1, 7, "ben")
    assert await found.find("", "ben") is None, "remembered as unknown"
    await found.close()


async def test_a_slug_is_forgotten_to_be_unknown_after_a_while(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    found = links(tmp_path, postgres.url, poll_s=1000, unknown_s=0)
    await until(lambda: found.synced_at is not None)
    assert await found.find("", "ben") is None

    await feed.put(1, 7, "ben")
    assert await found.find("", "ben")
    await found.close()


async def test_the_feed_makes_an_unknown_slug_known(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    found = links(tmp_path, postgres.url)
    await until(lambda: found.synced_at is not None)
    assert await found.find("", "ben") is None

    await feed.put(1, 7, "ben")
    await until(lambda: found.cursor == 1)
    assert await found.find("", "ben")
    await found.close()


@pytest.mark.parametrize("slug", ["", "a/b", "-ben", "ben%00", "x" * 101, "sök"])
async def test_what_cannot_be_a_slug_is_not_asked(tmp_path: Path, slug: str) -> None:
    found = links(tmp_path, "postgresql://nobody@127.0.0.1:1/none")

    async with asyncio.timeout(0.5):
        assert await found.find("", slug) is None
    assert slug not in {key[1] for key in found._unknown}
    await found.close()


async def test_links_of_an_earlier_run_are_served_without_a_database(tmp_path: Path) -> None:
    plant_links(tmp_path, [change(7, "ben")])
    found = links(tmp_path, "postgresql://nobody@127.0.0.1:1/none")

    assert await found.find("", "ben")
    assert await found.find("", "anna") is None
    assert found.is_loaded
    await found.close()


async def test_a_silent_database_delays_one_visitor_not_all(tmp_path: Path) -> None:
    """It accepts connections and says nothing: the half-open case."""
    silent = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    found = links(tmp_path, f"postgresql://nobody@127.0.0.1:{port}/none")
    await found.find("", "anna")

    async with asyncio.timeout(0.5):
        for slug in ("b", "c", "d"):
            assert await found.find("", slug) is None
    await found.close()
    silent.close()


async def test_visitors_are_served_while_postgresql_stops_and_starts(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    await feed.put(1, 7, "ben")
    found = links(tmp_path, postgres.url)
    await until(lambda: found.cursor == 1)
    postgres.stop()
    try:
        assert await found.find("", "ben")
        assert await found.find("", "anna") is None
    finally:
        postgres.start()

    again = Feed(await asyncpg.connect(postgres.url))
    await again.put(2, 8, "anna")
    await until(lambda: found.cursor == 2)
    assert await found.find("", "anna"), "an outage is not remembered as an unknown slug"
    await again.connection.close()
    await found.close()


async def test_a_restored_older_database_is_believed(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    plant_links(tmp_path, [change(7, "ben", seq=90), change(8, "gone", seq=91)])
    await feed.put(3, 7, "ben", url="https://shop.example/before")
    found = links(tmp_path, postgres.url)
    await until(lambda: found.cursor == 3)
    await until(lambda: found.count() == 1)

    link = await found.find("", "ben")
    assert link is not None
    assert link.url == "https://shop.example/before"
    assert await found.find("", "gone") is None
    await found.close()


async def test_hosts_are_numbered_with_the_links(
    tmp_path: Path, postgres: Postgres, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that changed last is no sign of a database that was set back."""
    said: list[str] = []
    quiet = SimpleNamespace(warning=lambda event, **_: said.append(event), info=said.append)
    monkeypatch.setattr("handsel.tracking.links.log", quiet)
    await feed.put(5, 7, "ben")
    await feed.put_host(9, "go.acme.example", "https://acme.example/")
    for _start in range(2):
        found = links(tmp_path, postgres.url)
        await until(partial(getattr, found, "synced_at"))
        assert found.cursor == 9
        assert found.fallback_url("go.acme.example") == "https://acme.example/"
        assert found.fallback_url("other.example") is None
        await found.close()

    assert said == []


async def test_a_feed_that_shows_nothing_is_not_believed(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    plant_links(tmp_path, [change(7, "ben", seq=90)])
    found = links(tmp_path, postgres.url)
    await until(lambda: found.synced_at is not None)

    assert await found.find("", "ben")
    await found.close()


async def test_polling_survives_what_nobody_foresaw(
    tmp_path: Path, postgres: Postgres, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("handsel.tracking.links.log", SimpleNamespace(exception=said.append))
    await feed.connection.execute("INSERT INTO tracking_links_feed VALUES (1, NULL, 'x', NULL)")
    found = links(tmp_path, postgres.url)
    await until(lambda: "links feed could not be taken over" in said)
    await feed.clear()
    await feed.put(2, 7, "ben")
    await until(lambda: found.cursor == 2)

    await found.close()


async def test_a_brands_host_answers_with_its_own_links_only(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    """Another brand's partner could lead people from a name they trust to a shop they do not."""
    await feed.put(1, 7, "ben", brand="acme")
    await feed.put(2, 8, "dan", brand="rival")
    await feed.put_host(3, "go.acme.example", "https://acme.example/", brand="acme")
    found = links(tmp_path, postgres.url)
    await until(lambda: found.cursor == 3)
    hosts = ("go.acme.example", "go.example")

    assert [bool(await found.find(host, "ben")) for host in hosts] == [True, True]
    assert [bool(await found.find(host, "dan")) for host in hosts] == [False, True]
    await feed.put_host(4, "go.acme.example", "https://rival.example/", brand="rival")
    await until(lambda: found.cursor == 4)
    assert bool(await found.find("go.acme.example", "dan"))
    assert not await found.find("go.acme.example", "ben")
    await found.close()


async def test_a_link_of_one_host_answers_there_only(tmp_path: Path) -> None:
    plant_links(
        tmp_path,
        [change(7, "ben", host="go.acme.example"), change(8, "anna"), change(9, "ben", seq=9)],
    )
    found = links(tmp_path, "")

    async def number(host: str, slug: str) -> int | None:
        link = await found.find(host, slug)
        return link.number if link else None

    assert await number("go.acme.example", "ben") == 7
    assert await number("go.example", "ben") == 9
    assert await number("go.acme.example", "anna") == 8
    await found.close()


async def test_memory_is_bounded(tmp_path: Path) -> None:
    plant_links(tmp_path, [change(n, f"l{n}") for n in range(1, 40)])
    found = Links(links_path(tmp_path), "", cached_max=10)
    found.start()
    for n in range(1, 40):
        assert await found.find("", f"l{n}")

    assert len(found._cache) == 10
    await found.close()


def test_an_older_change_alters_nothing(tmp_path: Path) -> None:
    replica = Replica(links_path(tmp_path))
    replica.apply([change(7, "ben", seq=5, url="https://shop.example/new")])
    replica.apply([change(7, "ben", seq=4, url="https://shop.example/old")])
    replica.apply([change(7, "benjamin", seq=3)])

    assert "new" in (replica.payload("", "ben") or "")
    assert replica.count() == 1
    replica.close()


def test_a_damaged_replica_is_made_anew(tmp_path: Path) -> None:
    links_path(tmp_path).parent.mkdir()
    links_path(tmp_path).write_bytes(b"not a database" * 500)

    replica = Replica(links_path(tmp_path))
    assert replica.count() == 0
    replica.close()


async def test_a_replica_that_cannot_be_on_disk_is_in_memory(
    tmp_path: Path, postgres: Postgres, feed: Feed
) -> None:
    (tmp_path / "tracking").write_text("a file in the way")
    await feed.put(1, 7, "ben")
    found = links(tmp_path, postgres.url)
    await until(lambda: found.cursor == 1)

    assert await found.find("", "ben")
    await found.close()


async def test_an_unreadable_link_is_nowhere(tmp_path: Path) -> None:
    async with Tracking(tmp_path, changes=[change(2**32, "big"), change(7, "ben")]) as tracking:
        assert (await tracking.browser.get("/big")).status_code == 404
        assert (await tracking.browser.get("/ben")).status_code == 302
