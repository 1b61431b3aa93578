"""The click: Handsel with every click on disk before its answer, beside servers that keep none.

All three answer the same client, on as many connections, with one worker each.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.bare import LOCATION
from bench.load import CONNECTIONS, Client, Loaded, paced
from bench.processes import (
    await_answer,
    found_or_installed,
    free_port,
    resident_bytes,
    running,
)
from bench.results import Result, compared, rounded
from bench.rounds import interleaved
from bench.world import HANDSEL, World, elsewhere

SECONDS = 3.0
WARM_UP_SECONDS = 1.0
PACES = (2_000, 5_000)
PACED_SECONDS = 4.0
MILLION = 1_000_000
PLANTED_AT_ONCE = 20_000
# As the feed tells it of a link that leads to one address.
PAYLOAD = (
    '{{"number": {n}, "slug": "l{n}", "url": "https://shop.example/page/{n}?from=partner#top",'
    ' "domains": ["shop.example"], "program": "prg_01m7w3n2p5exyv9yzdeftyh8k6",'
    ' "partnership": "par_01m7w3n2p5exyv9yzdeftyh8k7", "disabled": false,'
    ' "fallback_url": "https://shop.example/", "param": "hs_click", "host": ""}}'
)
NO_NGINX = "Not measured: nginx is not installed, and could not be fetched by apt as root."

NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/nginx.access.log combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 302 {location}; }}
    }}
}}
"""


def measure(world: World) -> Iterator[Result]:
    client = Client()
    with ExitStack() as servers:
        slug = world.links[-1].slug
        addresses = {
            "handsel": servers.enter_context(_handsel(world, slug)),
            "bare": servers.enter_context(_bare(world.folder)),
        }
        if nginx := found_or_installed("nginx", "nginx-light"):
            addresses["nginx"] = servers.enter_context(_nginx(world.folder, nginx))
        for address in addresses.values():
            client.load(address, WARM_UP_SECONDS)
        rounds = interleaved(
            {name: _load_of(client, address) for name, address in addresses.items()}
        )
        yield from _compared(rounds, client.name)
        for pace in PACES:
            yield _paced(addresses["handsel"], pace)
    yield from _among_a_million(world.folder / "million")


def _load_of(client: Client, address: str) -> Callable[[], Loaded]:
    return lambda: client.load(address, SECONDS)


def _compared(rounds: dict[str, list[Loaded]], client: str) -> Iterator[Result]:
    name = "Click redirect, every click on disk before its answer"
    ours = [loaded.per_second for loaded in rounds["handsel"]]
    note = f"{client}, {CONNECTIONS} connections, one worker each."
    yield compared(
        name,
        ours,
        [loaded.per_second for loaded in rounds["bare"]],
        unit="requests/s",
        yardstick="Granian with an app that answers 302 and records nothing",
        goal=0.8,
        note=note,
    )
    if "nginx" in rounds:
        yield compared(
            name,
            ours,
            [loaded.per_second for loaded in rounds["nginx"]],
            unit="requests/s",
            yardstick="nginx `return 302` with its access log, never synced",
            goal=0.35,
            note=note,
        )
    else:
        yield Result(name=name, value=None, unit="requests/s", yardstick="nginx", note=NO_NGINX)
    yield Result(
        name="Click redirect, 99 of 100 within, at full load",
        value=rounded(median(loaded.p99_ms for loaded in rounds["handsel"])),
        unit="ms",
        better="lower",
        note=note,
    )


def _paced(address: str, pace: int) -> Result:
    """At a pace, from the moment a click was due; the median of three times."""
    loaded = [paced(address, PACED_SECONDS / 3, pace=pace) for _ in range(3)]
    reached = median(one.per_second for one in loaded)
    return Result(
        name=f"Click redirect, 99 of 100 within, at {pace:,} requests/s",
        value=rounded(median(one.p99_ms for one in loaded)),
        unit="ms",
        goal=10,
        better="lower",
        note=f"bench.client, {CONNECTIONS} connections; {reached:,.0f} requests/s were answered.",
    )


def _among_a_million(data: Path) -> Iterator[Result]:
    """Every request asks for another link: hardly one is still in memory."""
    _plant(data, MILLION)
    log, port = data / "tracking.log", free_port()
    environment = {"HANDSEL_DATA": str(data), "HANDSEL_PORT": str(port - 1)}
    with running([*HANDSEL, "tracking"], log=log, environment=environment) as process:
        await_answer(port, "/l1", process, log)
        address = f"http://127.0.0.1:{port}/l{{n}}"
        paced(address, WARM_UP_SECONDS, pace=PACES[-1], links=MILLION)
        loaded = [
            paced(address, PACED_SECONDS / 2, pace=PACES[-1], links=MILLION) for _ in range(3)
        ]
        resident = resident_bytes(process.pid)
    note = f"{MILLION:,} links, all as likely; {CONNECTIONS} connections, {PACES[-1]:,} requests/s."
    yield Result(
        name=f"Click redirect among {MILLION:,} links, 99 of 100 within",
        value=rounded(median(one.p99_ms for one in loaded)),
        unit="ms",
        goal=10,
        better="lower",
        note=note,
    )
    yield Result(
        name=f"Memory of a tracking process with {MILLION:,} links",
        value=rounded(resident / 1_000_000),
        unit="MB",
        goal=150,
        better="lower",
        note=note,
    )


def _plant(data: Path, count: int) -> None:
    """The replica as it is after the feed has brought so many links."""
    from handsel.tracking.links.replica import Change, Replica

    replica = Replica(data / "tracking" / "links.sqlite")
    for start in range(0, count, PLANTED_AT_ONCE):
        numbers = range(start, start + PLANTED_AT_ONCE)
        changes = [Change(n + 1, n, f"l{n}", PAYLOAD.format(n=n)) for n in numbers]
        replica.apply(changes, cursor=start + PLANTED_AT_ONCE)
    replica.close()


@contextmanager
def _handsel(world: World, slug: str) -> Iterator[str]:
    """`handsel tracking`, whose links come from PostgreSQL."""
    there = elsewhere(world, "tracking")
    log, port = world.folder / "tracking.log", there.port + 1
    with running([*HANDSEL, "tracking"], log=log, environment=there.environment) as process:
        await_answer(port, f"/{slug}", process, log)
        yield f"http://127.0.0.1:{port}/{slug}"


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    log, port = folder / "bare.log", free_port()
    with running([sys.executable, "-m", "bench.bare", str(port)], log=log) as process:
        await_answer(port, "/", process, log)
        yield f"http://127.0.0.1:{port}/partner"


@contextmanager
def _nginx(folder: Path, program: str) -> Iterator[str]:
    log, port = folder / "nginx.log", free_port()
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port, location=LOCATION.decode()))
    with running([program, "-c", settings, "-p", folder], log=log) as process:
        await_answer(port, "/", process, log)
        yield f"http://127.0.0.1:{port}/partner"
