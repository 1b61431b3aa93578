"""From the click to the row that the console reads, while two thousand others come each second."""

import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

from bench.client import quantile
from bench.load import CONNECTIONS
from bench.processes import await_answer, running
from bench.results import Result, rounded
from bench.world import HANDSEL, World, elsewhere

PACE = 2_000
PROBES = 40
BETWEEN_S = 0.15
PATIENCE_S = 20.0
POLL_S = 0.005
WARM_UP_S = 3.0


class NeverSeen(Exception):
    """A click was answered, and its row did not come in time."""


def measure(world: World) -> Iterator[Result]:
    """Tracking and intake of a host of their own, on the database of the run."""
    there = elsewhere(world, "visible")
    log, port = world.folder / "visible.log", there.port + 1
    slug = world.links[-1].slug
    tracking = running([*HANDSEL, "tracking"], log=log, environment=there.environment)
    intake = running([*HANDSEL, "intake"], log=log, environment=there.environment)
    with tracking as process, intake:
        await_answer(port, f"/{slug}", process, log)
        with _crowd(f"http://127.0.0.1:{port}/{slug}"):
            time.sleep(WARM_UP_S)
            took = [_seen_after(port, slug) for _ in range(PROBES)]
    for part, goal in ((0.50, None), (0.99, 2)):
        yield Result(
            name=f"From click to its row in the event log, {round(part * 100)} of 100 within",
            value=rounded(quantile(took, part)),
            unit="s",
            goal=goal,
            better="lower",
            note=f"{PROBES} clicks looked for, among {PACE:,} clicks/s of others.",
        )


def _crowd(url: str) -> "subprocess.Popen[bytes]":
    seconds = WARM_UP_S + PROBES * (BETWEEN_S + PATIENCE_S)
    shape = [f"--connections={CONNECTIONS}", f"--pace={PACE}", f"--seconds={seconds}"]
    command = [sys.executable, "-m", "bench.client", url, *shape]
    return _Ended(command, stdout=subprocess.DEVNULL)


class _Ended(subprocess.Popen[bytes]):
    """Ended with its block, by its process id."""

    def __exit__(self, *problem: object) -> None:
        self.terminate()
        self.wait()


def _seen_after(port: int, slug: str) -> float:
    from handsel.clicks.models import Click

    time.sleep(BETWEEN_S)
    visitor = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    began = time.perf_counter()
    visitor.request("GET", f"/{slug}")
    location = visitor.getresponse().getheader("location", "")
    visitor.close()
    click_id = parse_qs(urlsplit(location).query)["hs_click"][0]
    while not Click.objects.filter(click_id=click_id).exists():
        if time.perf_counter() - began > PATIENCE_S:
            raise NeverSeen(click_id)
        time.sleep(POLL_S)
    return time.perf_counter() - began
