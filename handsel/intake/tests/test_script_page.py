"""docs/script.md: its settings are all there are, and its examples for servers are run: an arrival,
a session, an order by API and one as a signed postback, against real servers."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from handsel.api.tests.conftest import key_of
from handsel.console.examples import STUB
from handsel.conversions.models import Conversion, Fact
from handsel.ids import to_uuid
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.tests.spooling import ship_everything
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.tracking.script import SOURCE
from handsel.tracking.tests.harness import change, click_id_of, plant_links, serving

PAGE = (Path(__file__).parents[3] / "docs" / "script.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    *_, last = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(last)


def test_every_setting_of_the_script_is_on_the_page() -> None:
    source = SOURCE.read_text()
    settings = set(re.findall(r'option\("(\w+)"', source))
    listed = set(re.findall(r"^\| `data-(\w+)` \|", PAGE, flags=re.MULTILINE))

    assert settings == listed
    assert {f"data-{name}" for name in settings} <= set(re.findall(r"data-\w+", source))


def test_the_hash_for_a_strict_policy_is_right() -> None:
    assert STUB in PAGE
    assert b64encode(sha256(STUB.encode()).digest()).decode() in PAGE


class WebServer(Protocol):
    url: str


@dataclass
class Scene:
    """The pages' server, the tracking host, and a visitor who came through Ben's link."""

    data: Path
    web: str
    links: str
    click_id: str
    key: str
    program: Program

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "HANDSEL": self.web,
            "LINKS": self.links,
            "KEY": self.key,
            "PROGRAM": self.program.pk,
            "SECRET": self.program.postback_secret,
            "CLICK": self.click_id,
        }
        return {**os.environ, **told, "no_proxy": "*"}

    def run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def arrived(self, name: str) -> None:
        """Both orders are there, each with the click that led to it."""
        ship_everything(self.data / "spool")
        process_waiting()

        refused = InboxEvent.objects.filter(status=InboxEvent.Status.REFUSED)
        assert [(event.reason, event.params) for event in refused] == []
        for order, source in ((f"{name}-1", "api"), (f"{name}-2", "postback")):
            conversion = Conversion.objects.get(order_reference=order)
            fact = Fact.objects.get(conversion=conversion)
            assert (fact.source, fact.body["click_ids"]) == (source, [self.click_id])


@pytest.fixture
def scene(
    live_server: WebServer, ada: Member, program: Program, bens_link: Link, tmp_path: Path
) -> Iterator[Scene]:
    feed = change(
        bens_link.number,
        bens_link.slug,
        url=bens_link.url,
        program=str(to_uuid(program.pk)),
        partnership=str(to_uuid(bens_link.partnership_id)),
    )
    plant_links(tmp_path, [feed])
    with serving(tmp_path) as tracker:
        location = httpx.get(f"{tracker.url}/{bens_link.slug}").headers["location"]
        click_id = click_id_of(location) or ""
        yield Scene(tmp_path, live_server.url, tracker.url, click_id, key_of(ada), program)


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"There is no {' and no '.join(missing)} here.")


PYTHON = """
session = {}
on_landing(["cut-off"], session)
on_landing([os.environ["CLICK"]], session)
on_landing([os.environ["CLICK"]], session)
order = {"amount_minor": 12_000, "currency": "EUR"}
assert send_order({"order_reference": "py-1", **order}, session) == 201
assert send_order_as_postback({"order_reference": "py-2", **order}, session) == 202
"""

NODE = """
(async () => {
  const session = {};
  onLanding(["cut-off"], session);
  onLanding([process.env.CLICK], session);
  onLanding([process.env.CLICK], session);
  const order = { amount_minor: 12000, currency: "EUR" };
  const codes = [
    await sendOrder({ order_reference: "js-1", ...order }, session),
    await sendOrderAsPostback({ order_reference: "js-2", ...order }, session),
  ];
  if (codes.join() !== "201,202") throw new Error(codes.join());
})();
"""


@needs("curl", "openssl", "node")
@pytest.mark.django_db(transaction=True)
def test_the_examples_for_shell_python_and_node_work(scene: Scene) -> None:
    strict = 'curl() { command curl -sS --fail-with-body "$@"; }\n'
    scene.run("sh", "-ec", strict + example("sh"))
    scene.run(sys.executable, "-c", example("python") + PYTHON)
    scene.run("node", "-e", example("js") + NODE)

    for name in ("sh", "py", "js"):
        scene.arrived(name)


PHP = """<?php
session_start();
%s
handsel_landing();
if ($_SERVER['PHP_SELF'] === '/thanks') {
    $order = ['amount_minor' => 12000, 'currency' => 'EUR'];
    echo handsel_order(['order_reference' => 'php-1'] + $order), ' ';
    echo handsel_order_as_postback(['order_reference' => 'php-2'] + $order);
}
"""


@needs("php")
@pytest.mark.django_db(transaction=True)
def test_the_php_example_works_with_real_sessions(scene: Scene, tmp_path: Path) -> None:
    with php_shop(scene, tmp_path) as shop, httpx.Client(base_url=shop) as visitor:
        visitor.get("/hats", params={"hs_click": "cut-off"})
        visitor.get("/hats", params={"hs_click": scene.click_id})
        visitor.get("/basket")
        thanks = visitor.get("/thanks")

    assert thanks.text == "201 202"
    scene.arrived("php")


@contextmanager
def php_shop(scene: Scene, folder: Path) -> Iterator[str]:
    """PHP's own server, with the example on every page."""
    pages = folder / "shop.php"
    pages.write_text(PHP % example("php"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [str(shutil.which("php")), "-d", f"session.save_path={folder}", "-S", address, str(pages)],
        env=scene.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while not _answers(address):
            assert time.monotonic() < deadline
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/").status_code == 200
    except httpx.TransportError:
        time.sleep(0.02)
        return False
