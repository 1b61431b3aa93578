"""The newcomer's path, whole: `handsel up`, the wizard, a partner, a click, an order, its receipt.

Everything runs as it does for an operator: the command, its processes, a real Chromium, and the
shell commands that the pages offer for copying.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from handsel.config.tests.newcomer import (
    Installation,
    add_partner,
    free_port,
    run_in_shell,
    set_up,
)

pytestmark = pytest.mark.browser


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
