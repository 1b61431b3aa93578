"""A whole installation under a test, and the first steps a newcomer takes in it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

SHELL = shutil.which("bash") or "/bin/bash"
HANDSEL = [sys.executable, "-m", "handsel.config.cli"]


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
