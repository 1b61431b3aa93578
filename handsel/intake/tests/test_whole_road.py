"""From the visitor to the row while PostgreSQL is away: nobody is turned away, nothing is lost."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from handsel.clicks.models import Click, Watermark
from handsel.clicks.queries import rollup_differences
from handsel.intake.tests.proxy import Door
from handsel.intake.tests.test_outages import eventually, only_reading, running
from handsel.links.models import Link
from handsel.tracking.tests.harness import click_id_of, serving

CONNECTIONS = 20
PACE = 500
CAUGHT_UP_S = 120


class Visitors:
    """So many clicks a second on kept-alive connections, until they are told to stop."""

    def __init__(self, url: str, slug: str) -> None:
        self.acknowledged: list[str] = []
        self.statuses: set[int] = set()
        self.without_id = 0
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._request = (
            f"GET /{slug} HTTP/1.1\r\nhost: go.example\r\nuser-agent: n\r\n\r\n".encode()
        )
        self._until = 0.0

    async def click_for(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        await asyncio.gather(*(self._visit() for _ in range(CONNECTIONS)))

    async def _visit(self) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        due = time.monotonic()
        while due < self._until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += CONNECTIONS / PACE
            writer.write(self._request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.statuses.add(int(head.split()[1]))
            lines = (line.partition(": ") for line in head.split("\r\n"))
            location = next((rest for name, _, rest in lines if name.lower() == "location"), "")
            if click_id := click_id_of(location):
                self.acknowledged.append(click_id)
            else:
                self.without_id += 1
        writer.close()


@contextmanager
def refusing(door: Door) -> Iterator[None]:
    door.shut()
    yield
    door.open()


@contextmanager
def silent(door: Door) -> Iterator[None]:
    door.be_silent()
    yield
    door.shut()
    door.speak()
    door.open()


@contextmanager
def slow(door: Door) -> Iterator[None]:
    door.delay_s = 2
    yield
    door.delay_s = 0


@contextmanager
def read_only(door: Door) -> Iterator[None]:
    door.shut()
    with only_reading():
        door.open()
        yield
        door.shut()
    door.open()


Fault = Callable[[Door], AbstractContextManager[None]]


def go_through(
    fault: Fault, seconds: float, data: Path, outside: dict[str, str], link: Link
) -> None:
    door = Door(outside["HANDSEL_DATABASE_URL"])
    with (
        serving(data, HANDSEL_DATABASE_URL=door.url) as tracking,
        running(data, outside, patience_s=2, HANDSEL_DATABASE_URL=door.url),
    ):
        visitors = Visitors(tracking.url, link.slug)
        asyncio.run(visitors.click_for(1))
        eventually(Click.objects.exists)
        with fault(door):
            asyncio.run(visitors.click_for(seconds))
        asyncio.run(visitors.click_for(1))
        eventually(lambda: Click.objects.count() >= len(visitors.acknowledged), seconds=CAUGHT_UP_S)
        eventually(lambda: Watermark.objects.filter(backlog=0).exists())

    assert (visitors.statuses, visitors.without_id) == ({302}, 0)
    assert len(visitors.acknowledged) > seconds * PACE / 2
    assert set(Click.objects.values_list("click_id", flat=True)) == set(visitors.acknowledged)
    assert rollup_differences() == []


def test_visitors_do_not_notice_that_postgresql_refuses(
    tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    go_through(refusing, 2, tmp_path, outside, bens_link)


@pytest.mark.long
@pytest.mark.parametrize("fault", [refusing, silent, slow, read_only])
def test_visitors_do_not_notice_a_minute_without_postgresql(
    fault: Fault, tmp_path: Path, outside: dict[str, str], bens_link: Link
) -> None:
    go_through(fault, 60, tmp_path, outside, bens_link)
