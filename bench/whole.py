"""Everything together, as `handsel up` runs it: how soon it answers, and an order earns."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from random import Random
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.client import quantile
from bench.processes import await_answer, running
from bench.results import Result, rounded
from bench.world import HANDSEL, World

STARTS = 3
ORDERS = 30
SENDERS = 4
SENDING_SECONDS = 4.0
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.02
FIRST_PAGE = "/auth/login/"


class NotSeen(Exception):
    """An order was refused, or its commission did not come in time."""


def measure(world: World) -> Iterator[Result]:
    """To be called when the database of the run has been stopped: `handsel up` brings it back."""
    starts = []
    for number in range(STARTS):
        with _up(world) as took_s:
            starts.append(took_s)
            if number == STARTS - 1:
                yield from _earning(world)
    yield Result(
        name="From `handsel up` to the first page, in a folder that has been used",
        value=rounded(median(starts)),
        unit="s",
        goal=5,
        better="lower",
        note=f"Median of {STARTS} starts; the sign-in page, with database, links and worker.",
    )


@contextmanager
def _up(world: World) -> Iterator[float]:
    """Everything on the world's folder; seconds until a page was answered."""
    environment = {
        "HANDSEL_DATA": str(world.data),
        "HANDSEL_PORT": str(world.port),
        "HANDSEL_API_REQUESTS_PER_MINUTE": "100000",  # it is to be seen how many it can take
    }
    log = world.folder / "up.log"
    began = time.perf_counter()
    with running([*HANDSEL, "up"], log=log, environment=environment) as process:
        await_answer(world.port, FIRST_PAGE, process, log)
        took_s = time.perf_counter() - began
        await_answer(world.port + 1, "/healthz", process, log)
        yield took_s


def _earning(world: World) -> Iterator[Result]:
    # The host that intake was measured as is waited for until it was silent for a minute.
    warm = Shop(world)
    warm.wait_for(warm.order("warm-up"), seconds=90)
    shop = Shop(world)  # its connections are fresh: servers close those that were silent for long
    random = Random(3)
    took = []
    for number in range(ORDERS):
        time.sleep(random.random() * 0.25)  # at any moment of the worker's turn
        began = time.perf_counter()
        shop.wait_for(shop.order(f"latency-{number}"))
        took.append(time.perf_counter() - began)
    note = f"{ORDERS} orders, each after a click: from sending the order to reading its commission."
    for part, goal in ((0.50, None), (0.95, 2)):
        yield Result(
            name=f"From order to visible commission, {round(part * 100)} of 100 within",
            value=rounded(quantile(took, part)),
            unit="s",
            goal=goal,
            better="lower",
            note=note,
        )
    yield _api(world)


def _api(world: World) -> Result:
    """Orders sent one by one, by several senders at once, until the last has its commission."""
    began = time.perf_counter()
    sent: list[int] = [0] * SENDERS
    last: list[str] = [""] * SENDERS

    def send(sender: int) -> None:
        shop = Shop(world)
        while time.perf_counter() - began < SENDING_SECONDS:
            last[sender] = shop.order(f"api-{sender}-{sent[sender]}", click=False)
            sent[sender] += 1

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop = Shop(world)
    for reference in last:
        shop.wait_for(reference)
    return Result(
        name="Conversions by the API, one request each, until the last commission is visible",
        value=rounded(sum(sent) / (time.perf_counter() - began)),
        unit="per s",
        note=f"{SENDERS} senders; one web process with four threads, one worker.",
    )


class Shop:
    """A shop's server with its API key, and its visitors."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._api = HTTPConnection("127.0.0.1", world.port, timeout=PATIENCE_SECONDS)
        self._links = HTTPConnection("127.0.0.1", world.port + 1, timeout=PATIENCE_SECONDS)
        self._click_id = self._click()

    def order(self, reference: str, *, click: bool = True) -> str:
        """Send an order, after a fresh click or with an earlier one; its reference."""
        click_id = self._click() if click else self._click_id
        body = {"order_reference": reference, "currency": "EUR", "amount_minor": 4900}
        self._asked("POST", "/api/v1/conversions", {**body, "click_ids": [click_id]})
        return reference

    def wait_for(self, reference: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Until the order's commission can be read. Raises NotSeen."""
        deadline = time.monotonic() + seconds
        path = f"/api/v1/commissions?{urlencode({'order_reference': reference})}"
        while not self._asked("GET", path)["items"]:
            if time.monotonic() > deadline:
                raise NotSeen(f"No commission for order {reference}.")
            time.sleep(POLL_SECONDS)

    def _click(self) -> str:
        self._links.request("GET", f"/{self._world.links[0].slug}")
        response = self._links.getresponse()
        response.read()
        query = parse_qs(urlsplit(response.getheader("location", "")).query)
        return query["hs_click"][0]

    def _asked(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._world.api_key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._api.request(method, path, json.dumps(body) if body else None, headers)
        response = self._api.getresponse()
        said = response.read()
        if response.status not in (200, 201):
            raise NotSeen(f"{method} {path}: {response.status} {said.decode(errors='replace')}")
        return json.loads(said)
