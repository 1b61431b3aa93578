"""Tracking as it runs: killed, stopped, and on a disk that fills up."""

import asyncio
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from handsel.tracking.spool.reader import spools
from handsel.tracking.tests.harness import (
    FACTORY,
    LINKS,
    Server,
    click_id_of,
    plant_links,
    serving,
    spooled,
)

pytestmark = pytest.mark.anyio

CONTROL = "handsel.tracking.tests.control:build_app"
VISITORS = 32
ACKNOWLEDGED_MIN = 1_000
KILLS, KILLS_LONG = 10, 200
RESTARTS, RESTARTS_LONG = 3, 20


@pytest.fixture
def data(tmp_path: Path) -> Path:
    plant_links(tmp_path, LINKS)
    return tmp_path


class Crowd:
    """Visitors on kept-alive connections, who click as fast as they are answered."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self.acknowledged: list[str] = []
        self.without_id = 0
        self.statuses: set[int] = set()

    async def click(self, seconds: float = 60, clicks_each: int = 10**9) -> None:
        """Until the time is over, or the server is gone."""
        visitors = [self._visit(clicks_each) for _ in range(VISITORS)]
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*visitors, return_exceptions=True)
        except TimeoutError:
            pass

    async def _visit(self, clicks: int) -> None:
        address = self._address
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for _ in range(clicks):
            writer.write(b"GET /ben HTTP/1.1\r\nhost: go.example\r\nuser-agent: crowd\r\n\r\n")
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.statuses.add(int(head.split()[1]))
            [location] = [
                line.split(": ", 1)[1]
                for line in head.split("\r\n")
                if line.lower().startswith("location: ")
            ]
            click_id = click_id_of(location)
            if click_id is None:
                self.without_id += 1
            else:
                self.acknowledged.append(click_id)


async def lost_by_a_kill(data: Path, seed: int, factory: str = FACTORY) -> tuple[int, int, int]:
    """Kill everything at a random moment under load: (acknowledged, lost, doubled)."""
    moment = random.Random(seed).uniform(0.0, 0.6)
    with serving(data, factory=factory) as server:
        crowd = Crowd(server.url)
        clicking = asyncio.create_task(crowd.click())
        async with asyncio.timeout(20):
            while len(crowd.acknowledged) < ACKNOWLEDGED_MIN:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.sleep(moment)
        server.kill()
        await clicking
    kept = [click["id"] for click in spooled(data)]
    lost = set(crowd.acknowledged) - set(kept)
    return len(crowd.acknowledged), len(lost), len(kept) - len(set(kept))


def folders(tmp_path: Path, count: int) -> Iterator[tuple[int, Path]]:
    for seed in range(count):
        folder = tmp_path / str(seed)
        plant_links(folder, LINKS)
        yield seed, folder


async def test_no_acknowledged_click_is_lost_when_everything_is_killed(tmp_path: Path) -> None:
    await kill_often(tmp_path, KILLS)


@pytest.mark.long
async def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    await kill_often(tmp_path, KILLS_LONG)


async def kill_often(tmp_path: Path, times: int) -> None:
    for seed, folder in folders(tmp_path, times):
        acknowledged, lost, doubled = await lost_by_a_kill(folder, seed)

        assert acknowledged >= ACKNOWLEDGED_MIN
        assert (lost, doubled) == (0, 0), f"seed {seed}"
        assert not any(spool.is_live() for spool in spools(folder / "spool"))
        shutil.rmtree(folder)


async def test_control_a_spool_in_memory_loses_clicks_that_way(tmp_path: Path) -> None:
    runs = [
        await lost_by_a_kill(folder, seed, factory=CONTROL) for seed, folder in folders(tmp_path, 3)
    ]

    assert all(lost > 0 for _, lost, _ in runs)


async def test_a_stop_under_load_answers_everyone_and_keeps_everything(tmp_path: Path) -> None:
    for _, folder in folders(tmp_path, RESTARTS):
        await stop_under_load(folder)


@pytest.mark.long
async def test_twenty_stops_under_load_lose_nothing(tmp_path: Path) -> None:
    for _, folder in folders(tmp_path, RESTARTS_LONG):
        await stop_under_load(folder)


async def stop_under_load(data: Path) -> None:
    with serving(data) as server:
        crowd = Crowd(server.url)
        clicking = asyncio.create_task(crowd.click())
        async with asyncio.timeout(20):
            while len(crowd.acknowledged) < 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        code = await asyncio.to_thread(server.stop)
        await clicking

    assert code == 0
    assert crowd.statuses == {302}
    assert crowd.without_id == 0
    assert {click["id"] for click in spooled(data)} == set(crowd.acknowledged)
    assert not list((data / "spool").rglob("*-wal")), "the last segment was closed"


async def unrecorded(server: Server) -> float:
    async with httpx.AsyncClient() as operator:
        metrics = (await operator.get(f"{server.url}/metrics")).text
    lines = [line for line in metrics.splitlines() if line.startswith("clicks_unrecorded_total{")]
    return sum(float(line.split()[-1]) for line in lines)


async def test_a_file_size_limit_costs_clicks_their_ids_and_visitors_nothing(data: Path) -> None:
    """The limit is the whole process's: 256 blocks of 1 KiB for each file."""
    limited = ("bash", "-c", 'ulimit -f 256 && exec "$@"', "tracking")
    with serving(data, wrapper=limited) as server:
        crowd = Crowd(server.url)
        await crowd.click(clicks_each=100)

        assert crowd.statuses == {302}
        assert len(crowd.acknowledged) + crowd.without_id == VISITORS * 100
        assert await unrecorded(server) == crowd.without_id > 0
        assert {click["id"] for click in spooled(data)} >= set(crowd.acknowledged)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB that really fills up."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount") or "mount"
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip("may not mount a file system here")
    yield disk
    subprocess.run([shutil.which("umount") or "umount", "--lazy", str(disk)], check=True)


async def test_a_full_disk_costs_clicks_their_ids_until_there_is_room_again(
    small_disk: Path,
) -> None:
    plant_links(small_disk, LINKS)
    with serving(small_disk) as server:
        await _fill(small_disk / "ballast")
        crowd = Crowd(server.url)
        await crowd.click(clicks_each=100)
        assert crowd.statuses == {302}
        assert len(crowd.acknowledged) + crowd.without_id == VISITORS * 100
        assert await unrecorded(server) == crowd.without_id > 0

        (small_disk / "ballast").unlink()
        async with asyncio.timeout(10), httpx.AsyncClient() as operator:
            while (await operator.get(f"{server.url}/readyz")).status_code != 200:
                await crowd.click(clicks_each=1)
        again = Crowd(server.url)
        await again.click(clicks_each=10)
        assert again.without_id == 0
        kept = {click["id"] for click in spooled(small_disk)}
        assert kept >= {*crowd.acknowledged, *again.acknowledged}


async def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return
