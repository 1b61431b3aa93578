"""The newcomer's path, whole: `handsel up`, the wizard, a partner, a click, an order, its receipt.

Everything runs as it does for an operator: the command, its processes, a real Chromium, and the
shell commands that the pages offer for copying.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.browser

READY = re.compile(r"Begin here, once: (\S+)|Ready: (\S+)")
HANDSEL = [sys.executable, "-m", "handsel.config.cli"]
SHELL = shutil.which("bash") or "/bin/bash"


def free_port() -> int:
    """A port whose neighbour is free as well."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return int(port)


@dataclass
class Installation:
    """A data folder, and the processes over it while they run."""

    data: Path
    port: int

    def __post_init__(self) -> None:
        keep = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ}
        self.log = self.data.with_suffix(".log")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> str:
        """Start; the link to the wizard, or the pages' address when it is done."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*HANDSEL, "up", "--data", str(self.data), "--port", str(self.port)],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        deadline = time.monotonic() + 120
        while "Ctrl-C stops everything" not in (said := self.log.read_text()):
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        begin = re.search(r"Begin here, once: (\S+)", said)
        return begin.group(1) if begin else self.url

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def run(self, *words: str, passphrase: str = "") -> subprocess.CompletedProcess[str]:
        secret = {"HANDSEL_PASSPHRASE": passphrase} if passphrase else {}
        return subprocess.run(
            [*HANDSEL, *words],
            env=self.environment | secret,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def installation() -> Iterator[Installation]:
    # Under /tmp, as pytest's own folders may be too deep for a Unix socket.
    folder = Path(tempfile.mkdtemp(prefix="handsel-new-"))
    made = Installation(folder / "data", free_port())
    yield made
    if made.process.poll() is None:
        made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        opened = browser.new_page()
        opened.set_default_timeout(20_000)
        yield opened
        browser.close()


def set_up(page: Page, link: str) -> None:
    """The four steps of the wizard, with what it suggests."""
    page.goto(link)
    page.get_by_label("Organization").fill("Lofthus Wool")
    page.get_by_label("Its website or shop").fill("https://lofthus.example")
    page.get_by_label("Your name").fill("Sigrid Bakke")
    page.get_by_label("Your e-mail address").fill("sigrid@lofthus.example")
    page.get_by_label("Password").fill("wool from the fjord")
    for _ in range(4):
        if page.locator("input[name=goal]").count():
            page.locator("input[name=goal][value=new_customers]").check(force=True)
        page.locator("form button.btn-primary").click()
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def add_partner(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/console/partners/new/")
    page.get_by_label("Name", exact=True).fill("Slow Trails")
    page.get_by_label("E-mail").fill("maren@trails.example")
    page.get_by_role("button", name="Add the partner").click()
    page.get_by_role("button", name="Make a key for this example").click()


def run_in_shell(command: str) -> str:
    done = subprocess.run(
        [SHELL, "-c", command], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def download_proof(page: Page, target: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="Proof file").click()
    download.value.save_as(target)
    return target


def test_a_newcomer_sees_a_click_become_an_explained_commission(installation, page, tmp_path):
    set_up(page, installation.start())
    add_partner(page, installation)

    # A click and an order, as the page tells them to; the commission comes by itself.
    order, refund = (page.locator(f"#{kind}-example").inner_text() for kind in ("order", "refund"))
    assert '"order_reference":"1001"' in run_in_shell(order)
    page.locator("#latest a.item").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why €6.00?")
    expect(page.get_by_text("A visitor clicked")).to_be_visible()
    expect(page.get_by_text("Written in the ledger")).to_be_visible()
    receipt = page.url

    # Half goes back: 6 % of 50.00 is left.
    run_in_shell(refund)
    expect(page.get_by_role("heading", level=1)).to_have_text("Why €6.00?")
    deadline = time.monotonic() + 20
    while "€3.00" not in page.get_by_role("heading", level=1).inner_text():
        assert time.monotonic() < deadline
        page.reload()
    expect(page.get_by_text("−€3.00").first).to_be_visible()

    # The receipt proves itself without us, and a changed one does not.
    proof = download_proof(page, tmp_path / "proof.json")
    assert installation.run("verify", str(proof)).returncode == 0
    honest = proof.read_text()
    proof.write_text(honest.replace('"amount_minor": 300', '"amount_minor": 301'))
    assert proof.read_text() != honest
    assert installation.run("verify", str(proof)).returncode == 1

    # It stops cleanly, and goes on where it was.
    assert installation.stop() == 0
    installation.start()
    page.goto(receipt)
    expect(page.get_by_role("heading", level=1)).to_have_text("Why €3.00?")


def test_a_backup_brings_everything_to_another_folder(installation, page, tmp_path):
    set_up(page, installation.start())
    add_partner(page, installation)
    run_in_shell(page.locator("#order-example").inner_text())
    page.locator("#latest a.item").wait_for()

    backup = tmp_path / "handsel.backup"
    saved = installation.run(
        "backup", str(backup), "--data", str(installation.data), passphrase="two hands"
    )
    assert saved.returncode == 0, saved.stderr
    assert installation.stop() == 0

    elsewhere = Installation(installation.data.with_name("elsewhere"), free_port())
    wrong = elsewhere.run(
        "restore", str(backup), "--data", str(elsewhere.data), passphrase="one hand"
    )
    assert wrong.returncode != 0
    restored = elsewhere.run(
        "restore", str(backup), "--data", str(elsewhere.data), passphrase="two hands"
    )
    assert restored.returncode == 0, restored.stderr

    elsewhere.start()
    try:
        page.context.clear_cookies()  # hosts are told apart by name, not by port
        page.goto(f"{elsewhere.url}/auth/login/")
        page.locator("input[name=login]").fill("sigrid@lofthus.example")
        page.locator("input[name=password]").fill("wool from the fjord")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        page.goto(f"{elsewhere.url}/console/commissions/")
        expect(page.get_by_text("€6.00").first).to_be_visible()
    finally:
        assert elsewhere.stop() == 0
